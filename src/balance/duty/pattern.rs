//! Shift patterns (班制): which crew of a squad's people is on duty when, and how many people a post takes.

use crate::base::Text;
use crate::model::{Duty, Pattern, Shift};

/// Hours a week the law takes for granted (Labour Law art. 36 as set by State Council Order 174).
const LEGAL_HOURS: f64 = 40.0;

/// What a pattern asks of people, and gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crewed {
    /// Mean hours of duty a week of each.
    pub hours_per_week: f64,
    /// Fewest and most crews on duty at any hour.
    pub on_duty: (u32, u32),
    /// Mean crews on patrol, standby left out.
    pub on_patrol: f64,
    /// Shortest rest between two turns, hours.
    pub least_rest: u32,
    /// People for each place that is filled around the clock, leave not counted.
    pub people_per_post: f64,
    /// Whether the mean week exceeds 40 hours: needs a permit to reckon hours over a longer time (综合计算工时).
    pub over_hours: bool,
}

impl Pattern {
    /// Days of the cycle.
    #[must_use]
    pub fn days(&self) -> usize {
        self.cycle.len()
    }

    /// The turn a crew begins on a day, days counted on for ever from the cycle's first; `None` = free.
    #[must_use]
    pub fn turn(&self, crew: usize, day: usize) -> Option<Shift> {
        let ahead = self.days() / usize::from(self.crews.max(1));
        self.cycle.get((day + crew * ahead) % self.days().max(1)).copied().flatten()
    }

    /// Crews on duty and, of these, on patrol, in each hour of the cycle. Standby comes last in a turn.
    #[must_use]
    pub fn on_duty(&self) -> Vec<(u32, u32)> {
        let hours = self.days() * 24;
        let mut duty = vec![(0, 0); hours];
        for (crew, day) in (0..usize::from(self.crews)).flat_map(|crew| (0..self.days()).map(move |day| (crew, day))) {
            let Some(shift) = self.turn(crew, day) else { continue };
            for hour in 0..usize::from(shift.hours) {
                let slot = &mut duty[(day * 24 + usize::from(shift.start) + hour) % hours];
                slot.0 += 1;
                slot.1 += u32::from(hour + usize::from(shift.standby) < usize::from(shift.hours));
            }
        }
        duty
    }

    /// What the pattern asks and gives; `None` where the cycle is empty, has no duty, or is no multiple of the crews.
    #[must_use]
    pub fn crewed(&self) -> Option<Crewed> {
        let crews = usize::from(self.crews);
        if crews == 0 || self.days() == 0 || !self.days().is_multiple_of(crews) {
            return None;
        }
        let turns: Vec<(usize, Shift)> =
            self.cycle.iter().enumerate().filter_map(|(day, shift)| Some((day, (*shift)?))).collect();
        let begins = |&(day, shift): &(usize, Shift)| day * 24 + usize::from(shift.start);
        let first = turns.first()?;
        let next = turns.iter().skip(1).map(begins).chain([begins(first) + self.days() * 24]);
        let rests =
            turns.iter().zip(next).map(|(turn, next)| next.saturating_sub(begins(turn) + usize::from(turn.1.hours)));
        let hours: usize = turns.iter().map(|(_, shift)| usize::from(shift.hours)).sum();
        let hours_per_week = hours as f64 * 7.0 / self.days() as f64;
        let duty = self.on_duty();
        Some(Crewed {
            hours_per_week,
            on_duty: (duty.iter().map(|hour| hour.0).min()?, duty.iter().map(|hour| hour.0).max()?),
            on_patrol: f64::from(duty.iter().map(|hour| hour.1).sum::<u32>()) / duty.len() as f64,
            least_rest: rests.min()? as u32,
            people_per_post: 168.0 / hours_per_week,
            over_hours: hours_per_week > LEGAL_HOURS + 1e-9,
        })
    }

    /// People needed for `posts` places filled around the clock, when `leave` of the working time is leave and training.
    #[must_use]
    pub fn people(&self, posts: u32, leave: f64) -> Option<u32> {
        let per_post = self.crewed()?.people_per_post / (1.0 - leave.clamp(0.0, 0.9));
        Some((per_post * f64::from(posts) - 1e-9).ceil() as u32)
    }
}

/// The patterns in use, those with the most rest first.
#[must_use]
pub fn patterns() -> Vec<Pattern> {
    let turn = |start, hours| Some(Shift { start, hours, standby: 0 });
    let (early, late, night) = (turn(8, 8), turn(16, 8), turn(24, 8));
    let (day, dark) = (turn(8, 12), turn(20, 12));
    let whole = Some(Shift { start: 8, hours: 24, standby: 12 });
    let week = |turns: &[Option<Shift>]| turns.iter().flat_map(|&turn| [turn; 7]).collect();
    let made = |en: &str, zh: &str, crews, cycle| Pattern { name: Text::new(en, zh), crews, cycle };
    vec![
        made("Four crews, three shifts", "四班三运转", 4, vec![early, early, late, late, night, night, None, None]),
        made("Four crews, two shifts of 12 hours", "四班两运转", 4, vec![day, None, dark, None]),
        made("Three crews, two shifts of 12 hours", "三班两运转", 3, vec![day, dark, None]),
        made("24 hours on, 48 off", "上一休二（24小时）", 3, vec![whole, None, None]),
        made("Three crews, three shifts", "三班倒", 3, week(&[night, late, early])),
        Duty::default().pattern,
        made("Two crews of 12 hours", "两班倒（12小时）", 2, week(&[dark, day])),
    ]
}
