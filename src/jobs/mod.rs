//! Work in the background: progress, cancel, newest wins.
//!
//! One job of a kind runs at a time, each on a named thread of its own. A second one of the same kind waits in a slot
//! of one place, where a newer one takes its place: a picture nobody will see is never drawn.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::base::Progress;

/// What a job does: it looks at its progress now and then and returns what the polling side waits for.
type Work<T> = Box<dyn FnOnce(&Progress) -> T + Send>;

/// Called from the worker when a result waits, to wake whoever polls.
type Wake = Arc<dyn Fn() + Send + Sync>;

/// What became of a job.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It returned.
    Done(T),
    /// It was cancelled or replaced; what it returned is dropped.
    Cancelled,
    /// It panicked. The program goes on.
    Broken,
}

/// A job at work, as the window shows it.
struct Running<T> {
    progress: Progress,
    next: Option<(Progress, Work<T>)>,
}

/// The jobs of a program, by kind. Dropping it asks all of them to stop and waits for none.
pub struct Jobs<K, T> {
    running: BTreeMap<K, Running<T>>,
    sender: Sender<(K, Option<T>)>,
    receiver: Receiver<(K, Option<T>)>,
    wake: Wake,
}

impl<K, T> Drop for Jobs<K, T> {
    fn drop(&mut self) {
        for running in self.running.values() {
            running.progress.cancel();
        }
    }
}

impl<K: Ord + Copy + std::fmt::Debug + Send + 'static, T: Send + 'static> Jobs<K, T> {
    /// No jobs yet; `wake` is called from a worker whenever [`Jobs::poll`] has something.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (sender, receiver) = channel();
        Self { running: BTreeMap::new(), sender, receiver, wake: Arc::new(wake) }
    }

    /// Starts a job. One of the same kind that is at work is asked to stop, and this one follows it.
    pub fn start(&mut self, kind: K, work: impl FnOnce(&Progress) -> T + Send + 'static) {
        self.cancel(kind);
        self.follow(kind, work);
    }

    /// Starts a job after the one of the same kind that is at work, which is left to end; takes the place of one that
    /// waits already.
    pub fn follow(&mut self, kind: K, work: impl FnOnce(&Progress) -> T + Send + 'static) {
        let next = (Progress::default(), Box::new(work) as Work<T>);
        match self.running.get_mut(&kind) {
            Some(running) => running.next = Some(next),
            None => self.launch(kind, next),
        }
    }

    fn launch(&mut self, kind: K, (progress, work): (Progress, Work<T>)) {
        let (sender, wake, watched) = (self.sender.clone(), Arc::clone(&self.wake), progress.clone());
        let run = move || {
            let result = catch_unwind(AssertUnwindSafe(|| work(&watched))).ok();
            // The window may be gone; then nobody waits.
            let _gone = sender.send((kind, result));
            wake();
        };
        let thread = std::thread::Builder::new().name(format!("wangge-{kind:?}").to_lowercase());
        if thread.spawn(run).is_err() {
            let _gone = self.sender.send((kind, None));
        }
        self.running.insert(kind, Running { progress, next: None });
    }

    /// Asks the job of a kind to stop and forgets one that waits behind it.
    pub fn cancel(&mut self, kind: K) {
        if let Some(running) = self.running.get_mut(&kind) {
            running.progress.cancel();
            running.next = None;
        }
    }

    /// Jobs that ended since the last call, in the order they ended. Those that waited are started.
    pub fn poll(&mut self) -> Vec<(K, Outcome<T>)> {
        let mut ended = Vec::new();
        while let Ok((kind, result)) = self.receiver.try_recv() {
            let Some(running) = self.running.remove(&kind) else { continue };
            ended.push((
                kind,
                match result {
                    None => Outcome::Broken,
                    Some(_) if running.progress.is_cancelled() => Outcome::Cancelled,
                    Some(result) => Outcome::Done(result),
                },
            ));
            if let Some(next) = running.next {
                self.launch(kind, next);
            }
        }
        ended
    }

    /// Kinds at work with their progress, in the order of the kinds.
    pub fn running(&self) -> impl Iterator<Item = (K, &Progress)> {
        self.running.iter().map(|(&kind, running)| (kind, &running.progress))
    }

    /// Whether a job of a kind is at work.
    #[must_use]
    pub fn is_running(&self, kind: K) -> bool {
        self.running.contains_key(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits for the given number of ends.
    fn ends(jobs: &mut Jobs<u8, u32>, count: usize) -> Vec<String> {
        let mut found = Vec::new();
        while found.len() < count {
            found.extend(jobs.poll().into_iter().map(|(kind, outcome)| format!("{kind} {outcome:?}")));
            std::thread::yield_now();
        }
        found
    }

    /// A job that ends when it is let go or cancelled.
    fn held(jobs: &mut Jobs<u8, u32>, value: u32) -> Sender<()> {
        let (go, wait) = channel::<()>();
        jobs.follow(1, move |progress| {
            while wait.try_recv().is_err() && !progress.is_cancelled() {
                std::thread::yield_now();
            }
            value
        });
        go
    }

    #[test]
    fn the_newest_of_those_that_wait_is_the_only_one_that_runs() {
        let mut jobs = Jobs::new(|| {});
        let go = held(&mut jobs, 1);
        jobs.follow(1, |_| 2);
        jobs.follow(1, |_| 3);
        go.send(()).unwrap();
        assert_eq!(ends(&mut jobs, 2), ["1 Done(1)", "1 Done(3)"]);
        assert!(!jobs.is_running(1));
    }

    #[test]
    fn a_job_that_is_replaced_counts_as_cancelled() {
        let mut jobs = Jobs::new(|| {});
        let _go = held(&mut jobs, 1);
        jobs.start(1, |_| 2);
        assert_eq!(ends(&mut jobs, 2), ["1 Cancelled", "1 Done(2)"]);
    }

    #[test]
    fn a_panic_in_a_job_is_an_outcome() {
        let mut jobs: Jobs<u8, u32> = Jobs::new(|| {});
        jobs.start(7, |_| std::panic::resume_unwind(Box::new("broken")));
        assert_eq!(ends(&mut jobs, 1), ["7 Broken"]);
    }
}
