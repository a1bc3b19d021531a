//! Decoding ahead of the consumer, in order.
//!
//! A job is one part of one file (a row group, or a whole text file). Workers take jobs in order, each job has a bounded channel of its
//! own, and the consumer empties the channels in the same order; a new job starts when one has been emptied.

use super::{InputFile, Placement};
use crate::convert::{Converted, Converter};
use crate::error::ReadError;
use crate::format::{Raw, Wanted};
use crate::layout::{Layout, Mapped};
use claimsift::intake::{Chunk, Reject, Rows};
use claimsift::tables::TableId;
use claimsift::tables::value::Kind;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};

/// Chunks decoded ahead over all jobs together.
const CHUNKS_AHEAD: usize = 16;

/// Decodes one part of one file.
pub(super) struct Job {
    file: Arc<InputFile>,
    table: TableId,
    part: usize,
    wanted: Arc<Vec<Wanted>>,
    converter: Arc<Converter>,
}

/// The jobs that read a table from one file, in order.
pub(super) fn jobs(file: &Arc<InputFile>, placement: &Placement, wanted: &[&str], layout: &Layout) -> Vec<Job> {
    let table = placement.table();
    let is_wanted = |mapped: &&Mapped<usize>| wanted.contains(&mapped.schema.name);
    let columns: Vec<_> = placement.columns.iter().filter(is_wanted).collect();
    // An entry is told to be there by its own columns, so these are read even where they are not wanted.
    let is_needed = |mapped: &&Mapped<usize>| is_wanted(mapped) || !mapped.source.columns().is_empty();
    let entries: Vec<Vec<_>> = placement.entries.iter().map(|entry| entry.iter().filter(is_needed).collect()).collect();
    let mut sources: Vec<Wanted> = Vec::new();
    for mapped in columns.iter().chain(entries.iter().flatten()) {
        let (is_unique, is_identifier) = (is_unique(table, mapped), is_identifier(mapped));
        sources.extend(mapped.source.columns().iter().map(|&column| Wanted { column, is_unique, is_identifier }));
    }
    // Of a column that is read for two purposes the stricter counts.
    sources.sort_by_key(|source| (source.column, !source.is_identifier));
    sources.dedup_by_key(|source| source.column);
    let in_batch = |column: &usize| sources.iter().position(|source| source.column == *column);
    let place = |columns: Vec<&Mapped<usize>>| columns.into_iter().filter_map(|mapped| mapped.resolve(in_batch)).collect();
    let converter = Arc::new(Converter::new(place(columns), entries.into_iter().map(place).collect(), layout));
    let sources = Arc::new(sources);
    (0..file.data.parts())
        .map(|part| Job { file: file.clone(), table, part, wanted: sources.clone(), converter: converter.clone() })
        .collect()
}

/// Row labels and keys of whole rows seldom repeat.
fn is_unique(table: TableId, mapped: &Mapped<usize>) -> bool {
    let schema = table.schema();
    mapped.schema.kind == Kind::Label || schema.key == [mapped.schema.name]
}

fn is_identifier(mapped: &Mapped<usize>) -> bool {
    matches!(mapped.schema.kind, Kind::Key(_) | Kind::Mark(_) | Kind::Label)
}

impl Job {
    /// Sends every chunk and then `None`; stops early when nobody listens.
    fn run(&self, threads: usize, to: &SyncSender<Option<Result<Chunk, ReadError>>>) {
        let mut failed = None;
        let mut send = |raw: Raw| match self.chunk(raw) {
            Ok(chunk) => to.send(Some(Ok(chunk))).is_ok(),
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

    fn chunk(&self, raw: Raw) -> Result<Chunk, ReadError> {
        let file = &self.file.data.name;
        let table = self.table.name();
        let Converted { batch, origins } = self.converter.convert(&raw.batch).map_err(|error| ReadError::Unmapped {
            file: file.clone(),
            table,
            reason: error.to_string(),
        })?;
        let rows = match origins {
            None => raw.rows,
            Some(origins) => Rows::Numbers(origins.into_iter().map(|row| raw.rows.number(row)).collect()),
        };
        let reject = |(row, reason)| Reject { table, file: file.clone(), row, column: "", value: String::new(), reason, is_repeat: false };
        let rejects = raw.rejects.into_iter().map(|raw| reject((raw.row, raw.reason))).collect();
        Ok(Chunk { file: file.clone(), rows, batch, rejects })
    }
}

type Chunks = Receiver<Option<Result<Chunk, ReadError>>>;
type Task = (Job, SyncSender<Option<Result<Chunk, ReadError>>>);

/// The chunks of a table, decoded in the background; see [`Input::read`](super::Input::read).
pub struct Reading {
    waiting: VecDeque<Job>,
    started: VecDeque<(Arc<InputFile>, Chunks)>,
    tasks: Option<Sender<Task>>,
    ahead: usize,
}

impl Reading {
    pub(super) fn start(jobs: Vec<Job>, decoders: usize) -> Self {
        // Only the first job is emptied, so that each may use all threads; those ahead of it soon wait.
        let threads = decoders;
        let decoders = decoders.min(jobs.len());
        let (tasks, inbox) = channel::<Task>();
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..decoders {
            let inbox = inbox.clone();
            // A worker that cannot be started leaves its jobs to the others, or with none at all an error to the consumer.
            let _ = std::thread::Builder::new().name("claimsift-decode".to_owned()).spawn(move || work(&inbox, threads));
        }
        let ahead = (CHUNKS_AHEAD / decoders.max(1)).max(2);
        let mut reading = Self { waiting: jobs.into(), started: VecDeque::new(), tasks: Some(tasks), ahead };
        (0..decoders).for_each(|_| reading.start_next());
        reading
    }

    fn start_next(&mut self) {
        if let Some(job) = self.waiting.pop_front()
            && let Some(tasks) = &self.tasks
        {
            let (to, chunks) = sync_channel(self.ahead);
            self.started.push_back((job.file.clone(), chunks));
            let _ = tasks.send((job, to));
        }
    }

    fn stop(&mut self) {
        self.waiting.clear();
        self.started.clear();
        self.tasks = None;
    }
}

fn work(inbox: &Mutex<Receiver<Task>>, threads: usize) {
    loop {
        let task = inbox.lock().map(|inbox| inbox.recv());
        let Ok(Ok((job, to))) = task else { return };
        job.run(threads, &to);
    }
}

impl Iterator for Reading {
    type Item = Result<Chunk, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (file, chunks) = self.started.front()?;
            let error = match chunks.recv() {
                Ok(Some(Ok(chunk))) => return Some(Ok(chunk)),
                Ok(None) => {
                    self.started.pop_front();
                    self.start_next();
                    continue;
                }
                Ok(Some(Err(error))) => error,
                Err(_) => file.data.broken(),
            };
            self.stop();
            return Some(Err(error));
        }
    }
}
