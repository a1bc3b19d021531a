//! A stream of text taken apart block by block, by several threads, in order.

use super::blocks::Blocks;
use super::columns::{Decoded, Numbering, Plan};
use crate::format::Sink;
use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

type Outcome = Result<Decoded, String>;
type Task = (Vec<u8>, bool, SyncSender<Outcome>);

/// Takes blocks apart in the caller's thread.
pub(super) fn one_by_one<R: Read>(mut blocks: Blocks<R>, plan: &Plan, sink: &mut Sink<'_>) -> Result<(), String> {
    let (mut numbering, mut is_head) = (Numbering::new(), true);
    while let Some(block) = blocks.next()? {
        let decoded = plan.decode(block, std::mem::take(&mut is_head))?;
        if numbering.number(decoded, plan).is_some_and(|raw| !sink(raw)) {
            return Ok(());
        }
    }
    Ok(())
}

/// One thread reads and cuts, `workers` threads take apart, the caller's hands on in the order of the text.
pub(super) fn in_parallel<R: Read + Send>(blocks: Blocks<R>, plan: &Plan, workers: usize, sink: &mut Sink<'_>) -> Result<(), String> {
    let (tasks, inbox) = sync_channel::<Task>(1);
    let (order, ready) = sync_channel::<Receiver<Outcome>>(workers + 1);
    let inbox = Mutex::new(inbox);
    std::thread::scope(|scope| {
        scope.spawn(move || cut(blocks, &tasks, &order));
        for _ in 0..workers {
            scope.spawn(|| work(&inbox, plan));
        }
        let mut numbering = Numbering::new();
        for outcome in ready {
            let decoded = outcome.recv().map_err(|_| "the decoder stopped".to_owned())??;
            if numbering.number(decoded, plan).is_some_and(|raw| !sink(raw)) {
                break;
            }
        }
        Ok(())
    })
}

/// Ends when nobody listens any more.
fn cut<R: Read>(mut blocks: Blocks<R>, tasks: &SyncSender<Task>, order: &SyncSender<Receiver<Outcome>>) {
    let mut is_head = true;
    loop {
        let (to, outcome) = sync_channel(1);
        let goes_on = match blocks.next() {
            Ok(None) => return,
            Ok(Some(block)) => order.send(outcome).is_ok() && tasks.send((block, std::mem::take(&mut is_head), to)).is_ok(),
            Err(error) => {
                let _ = to.send(Err(error));
                let _ = order.send(outcome);
                return;
            }
        };
        if !goes_on {
            return;
        }
    }
}

fn work(inbox: &Mutex<Receiver<Task>>, plan: &Plan) {
    loop {
        let task = inbox.lock().map(|inbox| inbox.recv());
        let Ok(Ok((block, has_header, to))) = task else { return };
        let _ = to.send(plan.decode(block, has_header));
    }
}
