//! Decoding ahead of the consumer, in order.
//!
//! A job is one part of one file (a row group, or a whole text file). Workers take jobs in order, each job has a bounded channel of its
//! own, and the consumer empties the channels in the same order; a new job starts when one has been emptied.

use super::InputFile;
use crate::error::ReadError;
use crate::format::{Raw, Wanted};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};

/// Pieces decoded ahead over all jobs together.
const PIECES_AHEAD: usize = 16;

/// What is made of the rows of a file.
pub(super) type Work<T> = dyn Fn(&InputFile, Raw) -> Result<T, ReadError> + Send + Sync;

/// Decodes one part of one file.
pub(super) struct Job<T> {
    file: Arc<InputFile>,
    part: usize,
    wanted: Arc<Vec<Wanted>>,
    work: Arc<Work<T>>,
}

/// The jobs that read the wanted columns of one file, in order.
pub(super) fn jobs<T>(file: &Arc<InputFile>, wanted: Vec<Wanted>, work: &Arc<Work<T>>) -> Vec<Job<T>> {
    let wanted = Arc::new(wanted);
    (0..file.data.parts()).map(|part| Job { file: Arc::clone(file), part, wanted: Arc::clone(&wanted), work: Arc::clone(work) }).collect()
}

/// Rows that know their numbers.
pub(super) trait Numbered {
    /// Counts so many rows before its own: parts of a database are not counted before they are read.
    fn number_on(&mut self, before: u64);
}

type Piece<T> = Option<Result<T, ReadError>>;

impl<T> Job<T> {
    /// Sends every piece and then `None`; stops early when nobody listens.
    fn run(&self, threads: usize, to: &SyncSender<Piece<T>>) {
        let mut failed = None;
        let mut send = |raw: Raw| match (self.work)(&self.file, raw) {
            Ok(piece) => to.send(Some(Ok(piece))).is_ok(),
            Err(error) => {
                failed = Some(error);
                false
            }
        };
        // Decoders have been known to panic on damaged files.
        let decoded = catch_unwind(AssertUnwindSafe(|| self.file.data.decode(self.part, &self.wanted, threads, &mut send)));
        let outcome = decoded.unwrap_or_else(|_| Err(self.file.data.broken()));
        if let Some(error) = failed.or(outcome.err()) {
            let _ = to.send(Some(Err(error)));
        }
        let _ = to.send(None);
    }
}

type Task<T> = (Job<T>, SyncSender<Piece<T>>);

/// A job whose pieces come.
struct Started<T> {
    file: Arc<InputFile>,
    part: usize,
    pieces: Receiver<Piece<T>>,
}

impl<T: Numbered> Started<T> {
    fn numbered(&self, mut piece: T) -> T {
        let before = self.file.data.table().map_or(0, |table| table.rows_before(self.part));
        if before > 0 {
            piece.number_on(before);
        }
        piece
    }
}

/// The pieces of all jobs in order, decoded in the background. After an error there are no more.
pub(super) struct Ahead<T> {
    waiting: VecDeque<Job<T>>,
    started: VecDeque<Started<T>>,
    tasks: Option<Sender<Task<T>>>,
    /// Pieces decoded ahead for each job.
    depth: usize,
}

impl<T: Numbered + Send + 'static> Ahead<T> {
    pub(super) fn start(jobs: Vec<Job<T>>, decoders: usize) -> Self {
        // Only the first job is emptied, so that each may use all threads; those ahead of it soon wait.
        let threads = decoders;
        let decoders = decoders.min(jobs.len());
        let (tasks, inbox) = channel::<Task<T>>();
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..decoders {
            let inbox = inbox.clone();
            // A worker that cannot be started leaves its jobs to the others, or with none at all an error to the consumer.
            let _ = std::thread::Builder::new().name("claimsift-decode".to_owned()).spawn(move || work(&inbox, threads));
        }
        let depth = (PIECES_AHEAD / decoders.max(1)).max(2);
        let mut reading = Self { waiting: jobs.into(), started: VecDeque::new(), tasks: Some(tasks), depth };
        (0..decoders).for_each(|_| reading.start_next());
        reading
    }

    fn start_next(&mut self) {
        if let Some(job) = self.waiting.pop_front()
            && let Some(tasks) = &self.tasks
        {
            let (to, pieces) = sync_channel(self.depth);
            self.started.push_back(Started { file: job.file.clone(), part: job.part, pieces });
            let _ = tasks.send((job, to));
        }
    }

    fn stop(&mut self) {
        self.waiting.clear();
        self.started.clear();
        self.tasks = None;
    }
}

fn work<T>(inbox: &Mutex<Receiver<Task<T>>>, threads: usize) {
    loop {
        let task = inbox.lock().map(|inbox| inbox.recv());
        let Ok(Ok((job, to))) = task else { return };
        job.run(threads, &to);
    }
}

impl<T: Numbered + Send + 'static> Iterator for Ahead<T> {
    type Item = Result<T, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let job = self.started.front()?;
            let error = match job.pieces.recv() {
                Ok(Some(Ok(piece))) => return Some(Ok(job.numbered(piece))),
                Ok(None) => {
                    self.started.pop_front();
                    self.start_next();
                    continue;
                }
                Ok(Some(Err(error))) => error,
                Err(_) => job.file.data.broken(),
            };
            self.stop();
            return Some(Err(error));
        }
    }
}
