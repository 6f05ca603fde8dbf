//! A quarter of incidents: where streets, markets and schools are, when people are about.

use rayon::prelude::*;

use super::city::{City, Class as RoadClass};
use super::classes::{self, AFTERMATH, Class, DAYS, LANDFALL, Near, ORDINARY, TYPHOON};
use super::dice::{Dice, cumulate};
use super::lines::{Frame, Lines};
use super::mesh::{Kind, Spot};
use super::places::{Place, surroundings};
use crate::geometry::{Point, winding};

/// One incident before it is written; times are minutes since the start of the quarter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incident {
    pub(super) class: Class,
    /// Index into the table's sources.
    pub(super) source: usize,
    pub(super) state: &'static str,
    pub(super) point: Point,
    pub(super) face: u32,
    pub(super) reported: i32,
    pub(super) filed: Option<i32>,
    pub(super) due: Option<i32>,
    pub(super) handled: Option<i32>,
    pub(super) closed: Option<i32>,
}

/// Draws incidents of a city.
pub(super) struct Draw<'a> {
    city: &'a City,
    lines: &'a Lines,
    frame: Frame,
    places: &'a [Place],
    around: Vec<Vec<u32>>,
    seed: u64,
    streets: Vec<f64>,
    edges: Vec<f64>,
    banks: Vec<f64>,
    markets: (Vec<usize>, Vec<f64>),
    schools: (Vec<usize>, Vec<f64>),
    days: Vec<f64>,
    ordinary: Vec<f64>,
    typhoon: Vec<f64>,
}

impl<'a> Draw<'a> {
    pub(super) fn new(city: &'a City, lines: &'a Lines, frame: Frame, places: &'a [Place], seed: u64) -> Self {
        let near = |kind: &str| {
            let found: Vec<usize> = (0..places.len()).filter(|&at| places[at].kind == kind).collect();
            let busy = cumulate(found.iter().map(|&at| city.towns[city.blocks[places[at].face as usize].town].busy));
            (found, busy)
        };
        let wet: Vec<bool> = wet_faces(city);
        let density = |block: &super::city::Block| city.towns[block.town].density(block.centre);
        Self {
            city,
            lines,
            frame,
            places,
            around: surroundings(city, places),
            seed,
            streets: cumulate(city.blocks.iter().map(|block| block.rate)),
            edges: cumulate(city.blocks.iter().map(|block| block.rate * (1.15 - density(block)))),
            banks: cumulate(city.blocks.iter().zip(&wet).map(|(block, &wet)| if wet { block.rate } else { 0.0 })),
            markets: near("农贸市场"),
            schools: near("学校"),
            days: cumulate((0..DAYS).map(classes::ordinary)),
            ordinary: cumulate(ORDINARY.iter().map(|class| class.share)),
            typhoon: cumulate(TYPHOON.iter().map(|class| class.share)),
        }
    }

    /// `count` incidents in the order of their reports.
    pub(super) fn all(&self, count: usize) -> Vec<Incident> {
        let mut drawn: Vec<(usize, Incident)> =
            (0..count).into_par_iter().map(|number| (number, self.one(number as u64))).collect();
        drawn.par_sort_unstable_by_key(|(number, incident)| (incident.reported, *number));
        drawn.into_iter().map(|(_, incident)| incident).collect()
    }

    fn one(&self, number: u64) -> Incident {
        let mut dice = Dice::new(self.seed, "incident", number);
        let storm = dice.unit();
        let mut share = 0.0;
        let after = AFTERMATH.iter().position(|&day| {
            share += day;
            storm < share
        });
        let (day, class) = match after {
            Some(day) => (LANDFALL + day, TYPHOON[dice.weighted(&self.typhoon)]),
            None => (dice.weighted(&self.days), ORDINARY[dice.weighted(&self.ordinary)]),
        };
        let hour = dice.weighted(&cumulate(class.when.hours()));
        let reported = (day * 24 + hour) as i32 * 60 + dice.below(60) as i32;
        let source = source(class, hour, &mut dice);
        let (face, point) = self.place(class.near, &mut dice);
        let draft = Incident {
            class,
            source,
            state: "待受理",
            point,
            face,
            reported,
            filed: None,
            due: None,
            handled: None,
            closed: None,
        };
        work(draft, &mut dice)
    }

    /// Where: a block and a point strictly inside it.
    fn place(&self, near: Near, dice: &mut Dice) -> (u32, Point) {
        let attractor = match near {
            Near::Market => Some(&self.markets),
            Near::School => Some(&self.schools),
            Near::Street | Near::Edge | Near::Bank => None,
        };
        if let Some((places, busy)) = attractor
            && !places.is_empty()
            && dice.chance(0.6)
            && let Some(found) = self.close_to(places[dice.weighted(busy)], dice)
        {
            return found;
        }
        let weights = match near {
            Near::Edge => &self.edges,
            Near::Bank if self.banks.last().is_some_and(|sum| *sum > 0.0) => &self.banks,
            _ => &self.streets,
        };
        let face = dice.weighted(weights) as u32;
        (face, self.on_street(face, dice))
    }

    /// A point around a place, on land.
    fn close_to(&self, place: usize, dice: &mut Dice) -> Option<(u32, Point)> {
        for _ in 0..10 {
            let spot = self.places[place].spot + Spot::new(dice.bell(), dice.bell()) * 75.0;
            let point = self.frame.point(spot);
            if let Some(&face) = self.around[place].iter().find(|&&face| self.inside(face, point)) {
                return Some((face, point));
            }
        }
        None
    }

    /// A point a few metres inside a block, along one of its streets.
    fn on_street(&self, face: u32, dice: &mut Dice) -> Point {
        let halves = self.city.mesh.ring(face);
        let weights = cumulate(halves.iter().map(|&half| {
            let (a, b) = self.city.mesh.ends(half);
            (self.city.mesh.spots[a as usize] - self.city.mesh.spots[b as usize]).length() * self.pull(half)
        }));
        for attempt in 0..40 {
            let half = halves[dice.weighted(&weights)];
            let mut line = self.lines.along(&self.city.mesh, half);
            line.push(self.lines.corners[self.city.mesh.ends(half).1 as usize]);
            let at = dice.below(line.len() - 1);
            let (a, b) = (self.frame.spot(line[at]), self.frame.spot(line[at + 1]));
            let depth = dice.between(3.0, 14.0) / (1.0 + f64::from(attempt) / 6.0);
            let spot = a + (b - a) * dice.unit() + (b - a).left().normal() * depth;
            let point = self.frame.point(spot);
            if self.inside(face, point) {
                return point;
            }
        }
        self.frame.point(self.city.blocks[face as usize].centre)
    }

    /// How much a street draws.
    fn pull(&self, half: u32) -> f64 {
        let Kind::Road(road) = self.city.mesh.kinds[half as usize / 2] else { return 0.15 };
        match self.city.roads.get(road as usize).map(|road| road.class) {
            Some(RoadClass::Arterial) => 1.9,
            Some(RoadClass::Secondary) => 1.6,
            Some(RoadClass::Street) | None => 1.1,
            Some(RoadClass::Lane) => 0.7,
        }
    }

    fn inside(&self, face: u32, point: Point) -> bool {
        let halves = self.city.mesh.ring(face);
        let ring: Vec<Point> = halves.iter().flat_map(|&half| self.lines.along(&self.city.mesh, half)).collect();
        winding(&ring, point).is_some_and(|turns| turns != 0)
    }
}

/// Faces with an edge on the water.
fn wet_faces(city: &City) -> Vec<bool> {
    let mut wet = vec![false; city.blocks.len()];
    for (at, half) in city.mesh.halves.iter().enumerate() {
        if city.mesh.kinds[at / 2] == Kind::Shore
            && let Some(face) = wet.get_mut(half.face as usize)
        {
            *face = true;
        }
    }
    wet
}

/// Who found it: patrols by day, calls by night.
fn source(class: Class, hour: usize, dice: &mut Dice) -> usize {
    let day = (7..19).contains(&hour);
    let patrol = if day { class.patrol } else { class.patrol * 0.5 };
    if dice.chance(patrol) {
        return 0;
    }
    let night = [0.46, 0.40, 0.08, 0.06];
    let light = [0.50, 0.10, 0.22, 0.18];
    1 + dice.weighted(&cumulate(if day { light } else { night }))
}

/// Filing, handling and closing; what the quarter's end cuts off stays open.
fn work(mut incident: Incident, dice: &mut Dice) -> Incident {
    let end = (DAYS * 24 * 60) as i32;
    let limit = incident.class.limit_hours * 60;
    let filed =
        incident.reported + if incident.source == 0 { dice.between(1.0, 12.0) } else { dice.between(8.0, 90.0) } as i32;
    if dice.chance(0.012) {
        incident.state = "作废";
        return incident;
    }
    if filed >= end {
        return incident;
    }
    (incident.filed, incident.due, incident.state) = (Some(filed), Some(filed + limit), "处理中");
    let late = dice.chance(0.085);
    let share = if late {
        1.05 + 1.6 * dice.unit() * dice.unit()
    } else {
        0.12 + 0.85 * dice.unit().sqrt() * dice.unit().sqrt()
    };
    let handled = filed + (f64::from(limit) * share) as i32;
    if handled >= end || dice.chance(0.008) {
        return incident;
    }
    (incident.handled, incident.state) = (Some(handled), "核查");
    let closed = handled + dice.between(15.0, 600.0) as i32;
    if closed < end {
        (incident.closed, incident.state) = (Some(closed), "结案");
    }
    incident
}
