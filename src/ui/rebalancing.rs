//! A rebalancing at work: started, improved, watched, stopped.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eframe::egui::{ProgressBar, RichText, Ui};

use crate::balance::{
    Budget, Glimpse, Loads, Rebalanced, best_first, faces_of_incidents, improve, missed, missed_words, squads_of,
    with_squads,
};
use crate::base::{Progress, Refusal, Text};
use crate::model::{Plan, Settings};
use crate::render::View;
use crate::topology::FaceId;

use super::app::App;
use super::asking::{Evened, Level};
use super::choices::{Answered, pictured};
use super::drawer::Tab;
use super::moves::Proposal;
use super::tasks::{Done, Kind};
use super::toasts::Tone;
use super::words;
use crate::measures::Measures;

/// A search at work.
pub(super) struct Search {
    stop: Progress,
    begun: Instant,
    seconds: f64,
    /// The best so far of each town.
    seen: Arc<Mutex<Vec<Option<Glimpse>>>>,
    /// Land that would change hands, as painted last.
    pub(super) faces: Vec<FaceId>,
    /// What was proposed before it: stands again where the search is refused.
    before: Option<Proposal>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("seconds", &self.seconds).finish_non_exhaustive()
    }
}

impl Search {
    /// Ends it with the best so far.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// Towns heard of, of how many, and the worst deviation among them; the land is taken over for the map.
    fn look(&mut self) -> (usize, usize, f64) {
        let Ok(seen) = self.seen.lock() else { return (0, 0, 0.0) };
        self.faces = seen.iter().flatten().flat_map(|glimpse| glimpse.moved.iter().copied()).collect();
        self.faces.sort_unstable();
        let known = seen.iter().flatten();
        let worst = known.clone().map(|glimpse| glimpse.max_deviation).fold(0.0, f64::max);
        (known.clone().count(), known.map(|glimpse| glimpse.towns).max().unwrap_or(0), worst)
    }
}

/// What is evened out, of each face: the plan's own load, or another measure in its place.
pub(super) fn loads_of<'a>(plan: &Plan, measures: &'a Measures, evened: Evened, progress: &Progress) -> Cow<'a, Loads> {
    let other = evened.weights().and_then(|load| {
        let settings = Arc::new(Settings { load, ..(*plan.settings).clone() });
        let plan = Plan { settings, ..plan.clone() };
        Loads::of(&plan, &faces_of_incidents(&plan, &measures.shown), progress).ok()
    });
    other.map_or(Cow::Borrowed(&measures.loads), Cow::Owned)
}

/// What a search brings: the best answer, why it misses the target, and all of them with their pictures.
pub(super) struct Found {
    pub(super) answer: Rebalanced,
    pub(super) missed: Option<Text>,
    pub(super) alternatives: Option<Answered>,
}

/// The best of some answers, best first, with all that is shown of them.
fn found(
    plan: &Arc<Plan>,
    loads: &Loads,
    answers: Vec<Rebalanced>,
    seen: (&View, bool),
    progress: &Progress,
) -> Result<Found, Refusal> {
    let alternatives = pictured(plan, loads, answers, seen, progress)?;
    let answer = alternatives.first().map(|first| first.answer().clone());
    let Some(answer) = answer else {
        let none = Text::new("nothing was found", "没有找到方案");
        return Err(Refusal::new(Text::new("Cannot rebalance", "无法均衡调整"), none, Text::default()));
    };
    let missed = why_missed(plan, loads, &answer, progress)?;
    Ok(Found { answer, missed, alternatives: Some(Answered::Alternatives(Arc::clone(plan), alternatives)) })
}

/// That an answer misses the target, and what binds.
fn why_missed(plan: &Plan, loads: &Loads, answer: &Rebalanced, progress: &Progress) -> Result<Option<Text>, Refusal> {
    if answer.missed() <= 0.0 {
        return Ok(None);
    }
    let binds = missed(plan, loads, answer, Budget::Time(BINDING), progress)?;
    Ok(Some(missed_words(answer, &binds)))
}

/// Time for what binds; each of its searches takes an eighth.
const BINDING: Duration = Duration::from_secs(2);

impl App {
    /// Searches for moves that even out what the form says. Another number of squads is a step of its own first.
    pub(super) fn begin_rebalance(&mut self) {
        let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else { return };
        let form = &self.prefs.rebalance;
        if form.is_free() {
            self.begin_numbers();
            return;
        }
        if form.level == Level::Number
            && let Some(town) = form.town
            && squads_of(&self.doc.plan, town).len() != form.squads
        {
            match with_squads(&self.doc.plan, &measures.loads, town, form.squads) {
                Ok(command) if self.apply(&command) => self.tell_last(),
                Ok(_) => return,
                Err(refusal) => {
                    self.toasts.add(Tone::Refused, refusal.in_lang(self.prefs.lang));
                    return;
                }
            }
        }
        let mut options = self.prefs.rebalance.options(&self.doc.plan);
        if self.prefs.rebalance.keeps_rejected() {
            options.keep =
                self.proposal.as_ref().map(|proposal| proposal.rejected_land(&self.doc.plan)).unwrap_or_default();
        }
        let (plan, evened) = (Arc::clone(&self.doc.plan), self.prefs.rebalance.evened);
        let (seen, dark) = (*self.canvas.camera.view(), self.prefs.dark);
        self.search(move |progress, stop, watch| {
            // Squads that came or went leave the work of the land as it is.
            let loads = loads_of(&plan, &measures, evened, progress);
            let faces = faces_of_incidents(&plan, &measures.shown);
            let answers = best_first(&plan, (&loads, &faces), &options, (stop, watch))?;
            found(&plan, &loads, answers, (&seen, dark), progress)
        });
    }

    /// Searches on from the answer at hand.
    pub(super) fn improve(&mut self, answer: Rebalanced) {
        let Some(measures) = self.doc.measures.clone().filter(|_| self.doc.is_measured()) else { return };
        let plan = Arc::clone(&self.doc.plan);
        let (evened, seconds) = (self.prefs.rebalance.evened, self.prefs.rebalance.seconds);
        self.search(move |progress, stop, watch| {
            let loads = loads_of(&plan, &measures, evened, progress);
            let effort = Budget::Time(Duration::from_secs_f64(seconds.clamp(0.1, 3600.0)));
            let answer = improve(&plan, &loads, &answer, effort, (stop, watch))?;
            let missed = why_missed(&plan, &loads, &answer, progress)?;
            Ok(Found { answer, missed, alternatives: None })
        });
    }

    /// Starts a search that the window watches.
    fn search(
        &mut self,
        work: impl FnOnce(&Progress, &Progress, &dyn Fn(Glimpse)) -> Result<Found, Refusal> + Send + 'static,
    ) {
        let seen: Arc<Mutex<Vec<Option<Glimpse>>>> = Arc::default();
        let stop = Progress::default();
        self.search = Some(Search {
            stop: stop.clone(),
            begun: Instant::now(),
            seconds: self.prefs.rebalance.seconds,
            seen: Arc::clone(&seen),
            faces: Vec::new(),
            before: self.proposal.take(),
        });
        self.prefs.tab = Tab::Moves;
        self.prefs.drawer_open = true;
        let opened = self.doc.opened;
        let waker = self.waker.clone();
        self.jobs.start(Kind::Rebalance, move |progress| {
            let watch = |glimpse: Glimpse| {
                if let Ok(mut seen) = seen.lock() {
                    let town = glimpse.town;
                    let len = seen.len().max(town + 1);
                    seen.resize(len, None);
                    seen[town] = Some(glimpse);
                }
                waker.request_repaint();
            };
            Done::Rebalanced(Box::new(work(progress, &stop, &watch)), opened)
        });
    }

    /// A search was refused: what was proposed before it stands again.
    pub(super) fn refused_search(&mut self, why: &Refusal) {
        self.proposal = self.search.take().and_then(|search| search.before);
        self.toasts.add(Tone::Refused, why.in_lang(self.prefs.lang));
    }

    /// How far a search is, with its best so far.
    pub(super) fn search_ui(&mut self, ui: &mut Ui) {
        let (words, lang) = (self.words(), self.prefs.lang);
        let fill = self.palette().accent;
        let Some(search) = &mut self.search else { return };
        let (known, towns, worst) = search.look();
        let share = (search.begun.elapsed().as_secs_f64() / search.seconds) as f32;
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            ui.add(ProgressBar::new(share.min(1.0)).fill(fill).desired_width(260.0).desired_height(8.0));
            if ui.button(words.rebalance_stop).clicked() {
                search.stop();
            }
        });
        ui.label(words::best_so_far(lang, known, towns, worst, search.faces.len()));
        ui.label(RichText::new(words.rebalance_on_map).small().weak());
        ui.ctx().request_repaint_after(Duration::from_millis(250));
    }
}
