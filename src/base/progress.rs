//! How a long job says where it is and hears that it should stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use super::Text;

/// The job was cancelled; nothing of it was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Shared by a job and whoever watches it. Cloning is cheap; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    phase: Mutex<Text>,
}

impl Progress {
    /// Starts a phase of `total` steps (0: unknown length).
    pub fn phase(&self, name: Text, total: u64) {
        self.0.done.store(0, Relaxed);
        self.0.total.store(total, Relaxed);
        if let Ok(mut phase) = self.0.phase.lock() {
            *phase = name;
        }
    }

    /// Adds finished steps to the phase.
    pub fn add(&self, steps: u64) {
        self.0.done.fetch_add(steps, Relaxed);
    }

    /// Name of the phase and the share done, `None` while the length is unknown.
    #[must_use]
    pub fn state(&self) -> (Text, Option<f32>) {
        let total = self.0.total.load(Relaxed);
        let share = (total > 0).then(|| (self.0.done.load(Relaxed) as f32 / total as f32).min(1.0));
        (self.0.phase.lock().map(|phase| phase.clone()).unwrap_or_default(), share)
    }

    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Relaxed);
    }

    /// Whether the job was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Relaxed)
    }

    /// Leaves a job by `?` once it was asked to stop.
    ///
    /// # Errors
    /// [`Cancelled`] after [`Progress::cancel`].
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}
