//! Views the map has looked at, to go back to and forward again.

use crate::edit::Camera;

/// How many views are kept.
const MOST: usize = 60;
/// A view counts once the hand has been off it for so long, seconds.
const REST: f64 = 0.6;

/// The views, the one shown at `at`.
#[derive(Debug, Default)]
pub(super) struct Views {
    kept: Vec<Camera>,
    at: usize,
    /// What was seen at the last frame, and since when.
    resting: Option<(Camera, f64)>,
}

impl Views {
    /// Takes notice of what the map shows now; seconds until it should be told again, if a view is not yet counted.
    pub(super) fn notice(&mut self, now: Camera, time: f64) -> Option<f64> {
        match self.resting {
            Some((seen, since)) if seen == now => {
                if self.kept.get(self.at) == Some(&now) {
                    return None;
                }
                if time - since < REST {
                    return Some(REST - (time - since));
                }
                self.kept.truncate(self.at + 1);
                self.kept.push(now);
                let over = self.kept.len().saturating_sub(MOST);
                self.kept.drain(..over);
                self.at = self.kept.len() - 1;
                None
            }
            _ => {
                self.resting = Some((now, time));
                Some(REST)
            }
        }
    }

    /// Forgets everything: another plan is shown.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether there is a view before.
    #[must_use]
    pub(super) fn has_back(&self) -> bool {
        self.at > 0
    }

    /// Whether there is a view after.
    #[must_use]
    pub(super) fn has_forward(&self) -> bool {
        self.at + 1 < self.kept.len()
    }

    /// The view before or after, which is the one shown from now on.
    pub(super) fn step(&mut self, back: bool) -> Option<Camera> {
        let at = if back { self.at.checked_sub(1)? } else { self.at + 1 };
        let camera = *self.kept.get(at)?;
        self.at = at;
        self.resting = Some((camera, f64::NEG_INFINITY));
        Some(camera)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_that_rested_are_walked_back_and_forth() {
        let mut views = Views::default();
        let camera = |lon| Camera { lon, lat: 20.0, metres_per_point: 10.0 };
        for (time, lon) in [(0.0, 110.0), (1.0, 110.0), (1.1, 110.5), (1.2, 111.0), (3.0, 111.0)] {
            views.notice(camera(lon), time);
        }
        // What the hand only passed over does not count.
        assert_eq!(views.step(true), Some(camera(110.0)));
        assert_eq!(views.step(true), None);
        assert_eq!(views.step(false), Some(camera(111.0)));
        assert!(!views.has_forward());
        views.step(true);
        views.notice(camera(112.0), 5.0);
        views.notice(camera(112.0), 6.0);
        assert!(!views.has_forward());
        assert_eq!(views.step(true), Some(camera(110.0)));
    }
}
