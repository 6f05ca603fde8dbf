//! The picture of the map. On a graphics card the ground is drawn where the camera looks now, and what stands on it
//! (incidents, names) by a job; without one all of it by the job. What a job drew is a texture that is shifted and scaled
//! until the next one is ready.

use std::sync::Arc;

use eframe::egui::{Color32, ColorImage, Context, Painter, Rect, TextureHandle, TextureId, TextureOptions, pos2};
use eframe::egui_wgpu::RenderState;
use eframe::wgpu::{DeviceType, FilterMode};

use crate::balance::{Balance, Loads};
use crate::base::{Cancelled, Lang, Progress, Text};
use crate::model::{Filter, Incidents, LoadWeights, Plan, Role};
use crate::render::font::Fonts;
use crate::render::gpu::{Gpu, Ground, Screen};
use crate::render::{self, Backend, Classes, Dots, Fill, Scene, Show, Style, View, raster};

use super::camera::Camera;
use super::references::ReferenceLook;
use super::words;
use crate::measures::{Measure, Measures};

/// What a picture shows and how, but for the camera.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    /// Counts the plans that were opened.
    pub opened: u64,
    /// Counts the changes of the plan.
    pub revision: u64,
    /// Counts the measurements.
    pub measured: u64,
    /// The language of the words on it.
    pub lang: Lang,
    /// Tiers that are left out.
    pub hidden: Vec<usize>,
    /// How reference layers are drawn.
    pub references: Vec<ReferenceLook>,
    /// The tier that is coloured.
    pub active: usize,
    /// What it is coloured by.
    pub measure: Measure,
    /// Where its classes end.
    pub breaks: Option<Arc<[f64]>>,
    /// Whether incidents are drawn.
    pub incidents: bool,
    /// Whether zones are labelled.
    pub labels: bool,
    /// The theme.
    pub dark: bool,
}

/// Where the classes of the map end: found when a measure is first shown, and kept while the plan is changed and compared,
/// until something else is shown, other incidents or other weights make another load of the same land, or the planner asks
/// for new ones.
#[derive(Default)]
pub(super) struct KeptClasses {
    of: Option<ClassesOf>,
    breaks: Option<Arc<[f64]>>,
}

/// Of what the classes are.
#[derive(Clone)]
struct ClassesOf {
    /// The plan by the number it was opened with.
    opened: u64,
    /// Its tier.
    active: usize,
    measure: Measure,
    filter: Filter,
    incidents: Arc<Incidents>,
    weights: LoadWeights,
}

impl PartialEq for ClassesOf {
    fn eq(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.opened, of.active, of.measure);
        key(self) == key(other)
            && self.filter == other.filter
            && Arc::ptr_eq(&self.incidents, &other.incidents)
            && self.weights == other.weights
    }
}

impl KeptClasses {
    /// The breaks for what is shown now; nothing before it is measured.
    pub(super) fn keep(&mut self, (opened, plan): (u64, &Plan), active: usize, measure: Measure, measures: &Measures) {
        let (incidents, weights) = (Arc::clone(&plan.incidents), plan.settings.load.clone());
        let of = ClassesOf { opened, active, measure, filter: measures.filter.clone(), incidents, weights };
        if self.of.as_ref() != Some(&of) {
            let classes = values_of(active, measure, measures).map(|values| Classes::of(&measured(measure, values)));
            self.breaks = classes.map(|classes| classes.breaks.into());
            self.of = Some(of);
        }
    }

    /// The breaks, where they are known.
    pub(super) fn breaks(&self) -> Option<Arc<[f64]>> {
        self.breaks.clone()
    }
}

/// A picture to be made. Two equal requests make the same picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    /// What it shows.
    pub look: Look,
    /// Where it looks.
    pub view: View,
}

/// A picture that is ready, with the scene it was made from.
pub(super) struct Drawing {
    request: Request,
    image: ColorImage,
    scene: Arc<Scene>,
    /// The scene as the card draws it; then the image holds only what stands on it.
    ground: Option<Ground>,
}

/// The picture that is shown and the one that was asked for last.
#[derive(Default)]
pub(super) struct Picture {
    shown: Option<(Request, TextureHandle)>,
    asked: Option<Request>,
    scene: Option<(Look, Arc<Scene>)>,
    /// What the window itself is drawn with.
    state: Option<RenderState>,
    card: Option<Card>,
    ground: Option<Ground>,
}

/// The graphics card and the picture it draws.
struct Card {
    state: RenderState,
    gpu: Arc<Gpu>,
    screen: Screen,
    texture: Option<TextureId>,
}

impl Card {
    fn new(state: &RenderState) -> Self {
        let gpu = Arc::new(Gpu::new(&state.device, &state.queue));
        Self { state: state.clone(), screen: Screen::new(&gpu), gpu, texture: None }
    }

    /// Draws the ground as the camera sees it.
    fn draw(&mut self, ground: &Ground, view: &View) -> Option<TextureId> {
        if let Some(fresh) = self.screen.draw(&self.gpu, ground, view) {
            let mut renderer = self.state.renderer.write();
            let (device, filter) = (&self.state.device, FilterMode::Linear);
            match self.texture {
                Some(id) => renderer.update_egui_texture_from_wgpu_texture(device, fresh, filter, id),
                None => self.texture = Some(renderer.register_native_texture(device, fresh, filter)),
            }
        }
        self.texture
    }
}

impl Picture {
    /// A picture drawn by a back end, as far as the window has it.
    pub(super) fn new(state: Option<RenderState>, backend: Backend) -> Self {
        let mut picture = Self { state, ..Self::default() };
        picture.draw_with(backend);
        picture
    }

    /// Draws with a back end from now on, as far as the window has it.
    pub(super) fn draw_with(&mut self, backend: Backend) {
        let fits = |state: &&RenderState| match backend {
            Backend::Auto => state.adapter.get_info().device_type != DeviceType::Cpu,
            Backend::Gpu => true,
            Backend::Raster => false,
        };
        if let Some((card, texture)) = self.card.take().and_then(|card| Some((card.state, card.texture?))) {
            card.renderer.write().free_texture(&texture);
        }
        self.card = self.state.as_ref().filter(fits).map(Card::new);
        (self.ground, self.asked) = (None, None);
    }

    /// Whether a picture of this request has not been asked for yet; it counts as asked for from now on.
    pub(super) fn ask(&mut self, request: &Request) -> bool {
        let new = self.asked.as_ref() != Some(request);
        if new {
            self.asked = Some(request.clone());
        }
        new
    }

    /// The last scene and what it showed.
    pub(super) fn scene(&self) -> Option<&(Look, Arc<Scene>)> {
        self.scene.as_ref()
    }

    /// What the next picture is made from.
    pub(super) fn last(&self) -> Last {
        let gpu = self.card.as_ref().map(|card| Arc::clone(&card.gpu));
        Last { scene: self.scene.clone(), gpu, ground: self.ground.clone() }
    }

    /// Takes a picture that is ready.
    pub(super) fn take(&mut self, ctx: &Context, drawing: Drawing) {
        let Drawing { request, image, scene, ground } = drawing;
        self.ground = ground;
        self.scene = Some((request.look.clone(), scene));
        match &mut self.shown {
            Some((shown, texture)) => {
                texture.set(image, TextureOptions::LINEAR);
                *shown = request;
            }
            None => self.shown = Some((request, ctx.load_texture("map", image, TextureOptions::LINEAR))),
        }
    }

    /// Paints the ground, and the last picture where the camera sees it now.
    pub(super) fn paint(&mut self, painter: &Painter, camera: &Camera) {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let ground = self.card.as_mut().zip(self.ground.as_ref());
        if let Some(texture) = ground.and_then(|(card, ground)| card.draw(ground, camera.view())) {
            painter.image(texture, camera.place_of(camera.view()), whole, Color32::WHITE);
        }
        let Some((request, texture)) = &self.shown else { return };
        painter.image(texture.id(), camera.place_of(&request.view), whole, Color32::WHITE);
    }
}

/// What a picture is made from besides the plan.
pub(super) struct Last {
    scene: Option<(Look, Arc<Scene>)>,
    gpu: Option<Arc<Gpu>>,
    ground: Option<Ground>,
}

/// What a job needs to draw a picture.
pub(super) struct Brief {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Its measures.
    pub measures: Option<Arc<Measures>>,
    /// What was drawn last.
    pub last: Last,
    /// What is asked for.
    pub request: Request,
}

/// Draws a picture.
///
/// # Errors
/// [`Cancelled`] when the job was asked to stop.
pub(super) fn draw(brief: Brief, progress: &Progress) -> Result<Drawing, Cancelled> {
    let (last, view) = (&brief.last, &brief.request.view);
    let scene = match &last.scene {
        Some((look, scene)) if *look == brief.request.look => Arc::clone(scene),
        last => Arc::new(scene_of(&brief, last.as_ref())),
    };
    let ground = last.gpu.as_ref().map(|_| ground_of(&brief, &scene)).filter(Gpu::suits);
    let picture = if let Some((gpu, ground)) = last.gpu.as_ref().zip(ground.as_ref()) {
        gpu.pack(ground, view, progress)?;
        raster::marks(&scene, view, progress)?
    } else {
        raster::draw(&scene, view, progress)?
    };
    let size = [picture.width as usize, picture.height as usize];
    let image = ColorImage::from_rgba_premultiplied(size, &picture.rgba);
    Ok(Drawing { request: brief.request, image, scene, ground })
}

/// The ground of a scene, made from the last one where that belonged to the same plan.
fn ground_of(brief: &Brief, scene: &Arc<Scene>) -> Ground {
    let last = brief.last.ground.as_ref().zip(brief.last.scene.as_ref());
    match last {
        Some((ground, _)) if Arc::ptr_eq(ground.scene(), scene) => ground.clone(),
        Some((ground, (look, _))) if look.opened == brief.request.look.opened => ground.next(Arc::clone(scene)),
        _ => Ground::new(Arc::clone(scene)),
    }
}

/// The scene of a request, made from the last one as far as that goes.
fn scene_of(brief: &Brief, last: Option<&(Look, Arc<Scene>)>) -> Scene {
    let look = &brief.request.look;
    let style = if look.dark { Style::dark() } else { Style::light() };
    let show = Show {
        lang: look.lang,
        fill: fill(look, brief.measures.as_deref()),
        dots: match &brief.measures {
            _ if !look.incidents => Dots::Off,
            Some(measures) if measures.filter.is_open() => Dots::All,
            Some(measures) => Dots::Rows(Arc::clone(&measures.rows)),
            None => Dots::All,
        },
        hidden: look.hidden.clone(),
        labels: look.labels,
        fonts: Fonts::Machine,
        ..Show::default()
    };
    let last = last.filter(|(then, _)| then.references == look.references);
    match last {
        Some((then, scene)) if then.opened == look.opened && then.revision == look.revision => {
            scene.showing(show, style)
        }
        Some((then, scene)) if then.opened == look.opened => scene.updated(&brief.plan).showing(show, style),
        _ => Scene::new(&brief.plan, show, style),
    }
}

fn fill(look: &Look, measures: Option<&Measures>) -> Fill {
    if look.measure == Measure::Squads {
        return Fill::Squads;
    }
    let values = measures.and_then(|measures| values_of(look.active, look.measure, measures));
    values.map_or(Fill::Plain, |values| {
        let breaks = look.breaks.as_ref().map(|breaks| breaks.to_vec());
        let measure = render::Measure { breaks, ..measured(look.measure, values) };
        Fill::Measure { tier: look.active, measure: Arc::new(measure) }
    })
}

/// The values of the zones of a tier, deviations in percent; nothing for a measure that is no amount.
fn values_of(active: usize, measure: Measure, measures: &Measures) -> Option<Vec<Option<f64>>> {
    let tier = measures.tiers.get(active).filter(|_| !matches!(measure, Measure::None | Measure::Squads))?;
    let percent = if measure == Measure::Deviation { 100.0 } else { 1.0 };
    Some(tier.by_zone(|row| row.value(measure) * percent))
}

/// A measure with its values by zone, deviations in percent.
fn measured(measure: Measure, values: Vec<Option<f64>>) -> render::Measure {
    let both = |word: fn(&words::Words) -> &'static str| {
        Text::new(word(words::Words::of(Lang::En)), word(words::Words::of(Lang::Zh)))
    };
    let unit = match measure {
        Measure::Load => both(|words| words.hours_week),
        Measure::Area => Text::new("km²", "km²"),
        Measure::Deviation | Measure::Incidents | Measure::Squads | Measure::None => Text::default(),
    };
    render::Measure {
        name: match measure {
            Measure::Load => both(|words| words.measure_load),
            Measure::Deviation => both(|words| words.measure_deviation),
            Measure::Incidents => both(|words| words.measure_incidents),
            Measure::Area => both(|words| words.measure_area),
            Measure::Squads | Measure::None => Text::default(),
        },
        unit,
        kind: if measure == Measure::Deviation { render::Kind::Deviation } else { render::Kind::Amount },
        values,
        breaks: None,
    }
}

/// A small picture of a plan that is not open: grids by deviation, or by squad. White when asked to stop.
pub(super) fn thumbnail(
    plan: &Plan,
    loads: &Loads,
    squads: bool,
    view: View,
    dark: bool,
    progress: &Progress,
) -> ColorImage {
    let fill = match plan.tier_of(Role::Grid) {
        Some((tier, _)) if !squads => {
            let balance = Balance::of_grids(plan, loads);
            let values = balance.deviations.iter().map(|off| off.map(|off| off * 100.0)).collect();
            Fill::Measure { tier, measure: Arc::new(measured(Measure::Deviation, values)) }
        }
        _ => Fill::Squads,
    };
    let hidden = (0..plan.tiers.len()).filter(|&at| at == plan.base && plan.tiers.len() > 1).collect();
    let style = if dark { Style::dark() } else { Style::light() };
    let scene = Scene::new(plan, Show { fill, hidden, ..Show::default() }, style);
    let picture = raster::draw(&scene, &view, progress);
    picture.map_or_else(
        |_| ColorImage::filled([1, 1], Color32::WHITE),
        |picture| {
            let size = [picture.width as usize, picture.height as usize];
            ColorImage::from_rgba_premultiplied(size, &picture.rgba)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rectangles side by side, each so many millionths of a degree wide.
    fn measured_widths(widths: &[i32]) -> Measures {
        let mut west = 0;
        let features: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(at, width)| {
                let [a, b] = [west, west + width].map(|x| 110.3 + f64::from(x) / 1e6);
                west += width;
                format!(
                    "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{at}\"}},\"geometry\":{{\"type\":\"Polygon\",\
                     \"coordinates\":[[[{a:.6},20],[{b:.6},20],[{b:.6},20.01],[{a:.6},20.01],[{a:.6},20]]]}}}}"
                )
            })
            .collect();
        let file = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","));
        let opened = crate::io::open_embedded(&[("grids.geojson", file.as_bytes())], &Progress::default());
        let plan = opened.map(|opened| Arc::new(opened.plan)).unwrap_or_default();
        Measures::of(plan, Filter::default(), None, &Progress::default()).unwrap_or_else(|_| unreachable!())
    }

    #[test]
    fn m7_classes_stay_while_a_plan_is_changed_and_compared() {
        let before = measured_widths(&[1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]);
        let after = measured_widths(&[1_000, 2_000, 9_000, 4_000, 15_000, 6_000, 7_000, 28_000]);
        let plan = Plan::default();
        let mut classes = KeptClasses::default();
        classes.keep((1, &plan), 0, Measure::Area, &before);
        let first = classes.breaks();
        assert!(first.as_ref().is_some_and(|breaks| breaks.len() > 2));
        // The plan was changed, or another version of it stands beside.
        classes.keep((1, &plan), 0, Measure::Area, &after);
        assert_eq!(classes.breaks(), first);
        // A zone that nobody touched has one colour on both maps.
        let look = |measures: &Measures| {
            let values = values_of(0, Measure::Area, measures);
            let measure = measured(Measure::Area, values.unwrap_or_default());
            let measure = render::Measure { breaks: first.as_ref().map(|breaks| breaks.to_vec()), ..measure };
            let classes = Classes::of(&measure);
            [0, 1, 3, 5, 6].map(|zone: usize| measure.values[zone].map(|value| classes.class(value)))
        };
        assert_eq!(look(&before), look(&after));
        // Another measure, another plan, or the planner asks: new ones.
        classes.keep((1, &plan), 0, Measure::Load, &after);
        assert_ne!(classes.breaks(), first);
        classes.keep((2, &plan), 0, Measure::Area, &after);
        assert_ne!(classes.breaks(), first);
        let mut asked = KeptClasses::default();
        asked.keep((1, &plan), 0, Measure::Area, &after);
        assert_eq!(asked.breaks(), classes.breaks());
    }

    #[test]
    fn m7_other_incidents_or_weights_make_new_classes_and_moved_land_does_not() {
        let before = measured_widths(&[1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]);
        let after = measured_widths(&[2_000, 4_000, 6_000, 8_000, 10_000, 12_000, 14_000, 16_000]);
        let plan = Plan::default();
        let kept = |now: &Plan| {
            let mut classes = KeptClasses::default();
            classes.keep((1, &plan), 0, Measure::Load, &before);
            let first = classes.breaks();
            classes.keep((1, now), 0, Measure::Load, &after);
            classes.breaks() == first
        };
        assert!(kept(&Plan { name: "moved".to_owned(), ..plan.clone() }), "the same incidents and weights");
        assert!(!kept(&Plan { incidents: Arc::default(), ..plan.clone() }), "incidents were added");
        let mut weighed = plan.clone();
        Arc::make_mut(&mut weighed.settings).load.minutes_default += 1.0;
        assert!(!kept(&weighed), "another weight");
    }
}
