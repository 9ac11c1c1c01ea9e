//! Work on many inputs, several at a time.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::progress::Progress;

/// Does `work` with every input, as many at a time as there are processors unless `jobs` says
/// otherwise. What comes of it is in the order of the inputs, however long each took.
pub(crate) fn each<I: Sync, O: Send>(
    inputs: &[I],
    jobs: Option<NonZeroUsize>,
    work: impl Fn(usize, &I) -> O + Sync,
) -> Vec<O> {
    let processors = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let workers = jobs.map_or_else(processors, NonZeroUsize::get).min(inputs.len());
    let mut progress = Progress::of(inputs.len());
    if workers < 2 {
        let outcome = |(position, input)| {
            let outcome = work(position, input);
            progress.one_more();
            outcome
        };
        return inputs.iter().enumerate().map(outcome).collect();
    }
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let mut outcomes: Vec<Option<O>> = inputs.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (send, next, work) = (send.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let position = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(position) else { break };
                    if send.send((position, work(position, input))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (position, outcome) in &receive {
            outcomes[position] = Some(outcome);
            progress.one_more();
        }
    });
    outcomes.into_iter().flatten().collect()
}
