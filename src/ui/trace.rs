//! How long the window's own thread works for its frames (`wangge --trace`).

use std::time::Instant;

use eframe::Frame;

use crate::base::Text;

/// Times of frames since the program began.
#[derive(Debug)]
pub struct Trace {
    begun: Instant,
    /// Seconds from the start to the end of the first frame.
    first: Option<f32>,
    /// Seconds of work of each frame after it: layout, commands and tessellation, without waiting for the screen.
    work: Vec<f32>,
}

impl Trace {
    /// A trace that begins now.
    #[must_use]
    pub fn begin() -> Self {
        Self { begun: Instant::now(), first: None, work: Vec::new() }
    }

    /// Notes the frame before this one, which is over.
    pub(super) fn note(&mut self, frame: &Frame) {
        let Some(work) = frame.info().cpu_usage else { return };
        match self.first {
            None => self.first = Some(self.begun.elapsed().as_secs_f32()),
            Some(_) => self.work.push(work),
        }
    }

    /// The seconds of work that this share of the frames stays below.
    fn below(&self, share: f64) -> f32 {
        let mut work = self.work.clone();
        work.sort_unstable_by(f32::total_cmp);
        let at = (work.len() as f64 * share).ceil() as usize;
        work.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    /// The figures in words.
    #[must_use]
    pub fn text(&self) -> Text {
        let [median, most, worst] = [0.5, 0.99, 1.0].map(|share| self.below(share) * 1000.0);
        let (first, frames) = (self.first.unwrap_or(0.0), self.work.len());
        Text::new(
            format!(
                "first frame after {first:.2} s; work of {frames} frames: median {median:.2} ms, p99 {most:.2} ms, \
                 worst {worst:.2} ms"
            ),
            format!(
                "首帧 {first:.2} 秒;{frames} 帧界面线程用时:中位 {median:.2} 毫秒,p99 {most:.2} 毫秒,最长 {worst:.2} 毫秒"
            ),
        )
    }
}
