//! Hexagons with a published layout and a published response: `cargo bench --no-default-features --bench hex -- FOLDER`.
//!
//! The folder holds the instance of Vlćek's emergency services (510 areas): `data/0510`, `data/shifts_8hours.csv`,
//! `results/district_layout_0510_*.csv`. Prints the cost of the stored layouts, recomputed, beside that of our own on the
//! same graph, and the response of all of them in one simulation. Published: 888380.07 and 12.28 min for nine centres (C2),
//! 861160.90 for ten (C0), 774615.16 and 14.61 min for twelve (C0).
//!
//! What is published of the simulation is used: who calls when for how many cars and how long, the driving times, the
//! shifts, two cars at least in every district and more where the work of a shift is, cars of the district first. What is
//! not: how many cars there are in the mean and in which of the two shift plans, so that the response is printed for
//! several; the factor of traffic by hour of the week and its scatter, without which cars drive at 1 here. Work left over
//! from a call (backlog) binds nobody, since a car may leave it; a car that comes free takes the call that came first, not
//! the gravest. The stored layouts reach farther than the 18 minutes their source names (up to 25.61), so ours have no
//! limit either.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench prints, and stops where it cannot read"
)]

use std::path::Path;
use std::time::Instant;

use wangge::balance::response::{Call, Reply, play};
use wangge::balance::{Bonds, Budget, Graph, Objective, Partitioning, Unit, partition};
use wangge::base::Progress;

/// Cars on duty in the mean that are tried, and the fewest in a district.
const CARS: [usize; 4] = [40, 50, 60, 90];
const LEAST: usize = 2;

type Matrix = Vec<Vec<f64>>;

struct Instance {
    drive: Matrix,
    air: Matrix,
    cost: Matrix,
    incidents: Vec<Incident>,
    /// Shift of each hour of the week: of 8 hours, of 4 hours.
    plans: [Vec<usize>; 2],
    edges: Vec<(u32, u32, i64)>,
}

struct Incident {
    minute: f64,
    at: usize,
    cars: usize,
    length: f64,
    backlog: f64,
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn matrix(path: &Path) -> Matrix {
    let row = |line: &str| line.split_whitespace().map(|number| number.parse().unwrap()).collect();
    text(path).lines().filter(|line| !line.trim().is_empty()).map(row).collect()
}

impl Instance {
    fn read(folder: &Path) -> Self {
        let data = folder.join("data/0510");
        let air = matrix(&data.join("airdistances_0510.csv"));
        let least = air.iter().flatten().copied().filter(|&km| km > 0.0).fold(f64::INFINITY, f64::min);
        let near = |a: usize, b: usize| a < b && air[a][b] < least * 1.05;
        let pairs = (0..air.len()).flat_map(|a| (0..air.len()).map(move |b| (a, b)));
        let edges = pairs.filter(|&(a, b)| near(a, b)).map(|(a, b)| (a as u32, b as u32, 1)).collect();
        let shifts = |name: &str| -> Vec<usize> {
            let text = text(&folder.join("data").join(name));
            let mut shifts: Vec<usize> =
                text.split_whitespace().map(|shift| shift.parse::<usize>().unwrap() - 1).collect();
            // One of the files ends an hour early.
            shifts.resize(168, *shifts.last().unwrap());
            shifts
        };
        Self {
            drive: matrix(&data.join("drivingtimes_0510.csv")),
            cost: matrix(&data.join("workload_0510.csv")),
            incidents: incidents(&text(&data.join("incidents_0510.csv"))),
            plans: [shifts("shifts_8hours.csv"), shifts("shifts_4hours.csv")],
            air,
            edges,
        }
    }

    /// The cheapest centre of every area's district.
    fn centres(&self, labels: &[u32], zones: usize) -> Vec<usize> {
        let of = |zone: usize| {
            let members: Vec<usize> = (0..labels.len()).filter(|&unit| labels[unit] as usize == zone).collect();
            let cost = |centre: usize| members.iter().map(|&unit| self.cost[centre][unit]).sum::<f64>();
            members.iter().copied().min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap()
        };
        let centres: Vec<usize> = (0..zones).map(of).collect();
        labels.iter().map(|&zone| centres[zone as usize]).collect()
    }

    /// Our own layout: the centre of every area.
    fn own(&self, zones: usize, epochs: u32) -> Vec<usize> {
        let count = self.drive.len();
        let graph = Graph::new(vec![Unit { weight: 1, ..Unit::default() }; count], &self.edges).with_costs(&self.cost);
        let wanted = Partitioning {
            zones,
            window: (0, i64::MAX / 4),
            bonds: Bonds::default(),
            objective: Objective::Travel,
            seed: 1,
            budget: Budget::Epochs(epochs),
            length_unit: 1.0,
        };
        let found = partition(&graph, &wanted, &Progress::default()).unwrap();
        assert!(found.certificate.contiguous);
        self.centres(&found.labels, zones)
    }

    fn value(&self, layout: &[usize]) -> f64 {
        layout.iter().enumerate().map(|(unit, &centre)| self.cost[centre][unit]).sum()
    }

    fn farthest(&self, layout: &[usize]) -> f64 {
        layout.iter().enumerate().map(|(unit, &centre)| self.drive[centre][unit]).fold(0.0, f64::max)
    }

    /// Areas that lack neighbours of their district nearer to the centre: one (C1), two where there are two (C2).
    fn loose(&self, layout: &[usize]) -> [usize; 2] {
        let mut beside = vec![Vec::new(); layout.len()];
        for &(a, b, _) in &self.edges {
            beside[a as usize].push(b as usize);
            beside[b as usize].push(a as usize);
        }
        let lacks = |unit: usize, wanted: usize| {
            let centre = layout[unit];
            let nearer = |&&other: &&usize| self.air[centre][other] < self.air[centre][unit] - 1e-9;
            let all = beside[unit].iter().filter(nearer).count();
            let own = beside[unit].iter().filter(nearer).filter(|&&other| layout[other] == centre).count();
            unit != centre && !beside[centre].contains(&unit) && own < wanted.min(all).max(1)
        };
        [1, 2].map(|wanted| (0..layout.len()).filter(|&unit| lacks(unit, wanted)).count())
    }

    /// Cars of each district and shift: the fewest, and one more where most work an hour is left, until all are given.
    fn cars(&self, layout: &[usize], centres: &[usize], plan: &[usize], mean: usize) -> Vec<Vec<usize>> {
        let shifts = plan.iter().max().unwrap() + 1;
        let weeks = (self.incidents.last().unwrap().minute - self.incidents[0].minute) / (168.0 * 60.0);
        let hours = |shift: usize| plan.iter().filter(|&&of| of == shift).count();
        let mut work = vec![vec![0.0; shifts]; centres.len()];
        for call in &self.incidents {
            let (centre, shift) = (layout[call.at], plan[hour(call.minute)]);
            let district = centres.binary_search(&centre).unwrap();
            let minutes = call.cars as f64 * (call.length + 2.0 * self.drive[centre][call.at]) + call.backlog;
            work[district][shift] += minutes / weeks / hours(shift) as f64;
        }
        let mut cars = vec![vec![LEAST; shifts]; centres.len()];
        let mut left = (mean - LEAST * centres.len()) * 168;
        let longest = (0..shifts).map(hours).max().unwrap();
        while left >= longest {
            let pressed = (0..centres.len()).flat_map(|at| (0..shifts).map(move |shift| (at, shift)));
            let pressure = |&(at, shift): &(usize, usize)| work[at][shift] - 60.0 * cars[at][shift] as f64;
            let (at, shift) = pressed.max_by(|a, b| pressure(a).total_cmp(&pressure(b))).unwrap();
            cars[at][shift] += 1;
            left -= hours(shift);
        }
        cars
    }

    /// The response to all incidents; the atoms are the incidents.
    fn simulate(&self, layout: &[usize], plan: &[usize], mean: usize) -> Vec<Reply> {
        let mut centres = layout.to_vec();
        centres.sort_unstable();
        centres.dedup();
        let cars = self.cars(layout, &centres, plan, mean);
        let most: Vec<usize> = cars.iter().map(|shifts| *shifts.iter().max().unwrap()).collect();
        let units: Vec<(usize, usize)> =
            most.iter().enumerate().flat_map(|(at, &most)| (0..most).map(move |car| (at, car))).collect();
        let call = |(atom, one): (usize, &Incident)| Call { minute: one.minute, atom, units: one.cars };
        let calls: Vec<Call> = self.incidents.iter().enumerate().map(call).collect();
        let of = |call: &Call| &self.incidents[call.atom];
        let drive = |unit: usize, call: &Call| self.drive[centres[units[unit].0]][of(call).at].round().max(1.0);
        play(
            &calls,
            units.len(),
            |unit, call| {
                let (district, car) = units[unit];
                let on_duty = car < cars[district][plan[hour(call.minute)]];
                let stranger = centres[district] != layout[of(call).at];
                on_duty.then(|| drive(unit, call) + if stranger { 1000.0 } else { 0.0 })
            },
            |unit, call| {
                let way = drive(unit, call);
                [way, 2.0 * way + of(call).length]
            },
        )
    }
}

/// Hour of the week; 1970-01-01 was a Thursday.
fn hour(minute: f64) -> usize {
    ((minute / 60.0) as usize + 3 * 24) % 168
}

fn incidents(text: &str) -> Vec<Incident> {
    let incident = |line: &str| {
        let number: Vec<i64> = line.split(',').map(|number| number.trim().parse().unwrap()).collect();
        let &[_, _, cars, length, backlog, at, epoch] = number.as_slice() else { panic!("{line}") };
        Incident {
            minute: epoch as f64 / 60.0,
            at: at as usize - 1,
            cars: cars as usize,
            length: length as f64,
            backlog: backlog as f64,
        }
    };
    text.lines().skip(1).filter(|line| !line.is_empty()).map(incident).collect()
}

fn stored(path: &Path) -> Vec<usize> {
    let centre = |line: &str| line.split(',').nth(1).unwrap().parse::<f64>().unwrap() as usize - 1;
    text(path).lines().skip(1).map(centre).collect()
}

fn row(instance: &Instance, name: &str, layout: &[usize], published: [&str; 2], seconds: Option<f64>) {
    let [c1, c2] = instance.loose(layout);
    let found = seconds.map_or(String::new(), |seconds| format!("found in {seconds:.2} s"));
    println!(
        "{name}: workload {:.2} (published {}), farthest {:.2} min, areas against C1 {c1}, against C2 {c2} {found}",
        instance.value(layout),
        published[0],
        instance.farthest(layout),
    );
    for (plan, hours) in instance.plans.iter().zip([8, 4]) {
        let told = CARS.map(|cars| {
            let replies = instance.simulate(layout, plan, cars);
            let mean = |of: fn(&Reply) -> f64| replies.iter().map(of).sum::<f64>() / replies.len() as f64;
            let (wait, travel) = (mean(|reply| reply.wait), mean(|reply| reply.travel));
            format!("{cars} cars {:.2} = {wait:.2} + {travel:.2}", wait + travel)
        });
        println!("    response, {hours} h shifts: {} (published {})", told.join(", "), published[1]);
    }
}

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|arg| !arg.starts_with("--")) else {
        println!("SKIPPED: name the folder of the instance");
        return;
    };
    let folder = Path::new(&folder);
    let instance = Instance::read(folder);
    println!(
        "{} areas, {} adjacencies, {} incidents",
        instance.drive.len(),
        instance.edges.len(),
        instance.incidents.len()
    );
    let layout = |name: &str| stored(&folder.join(format!("results/district_layout_0510_{name}.csv")));
    row(&instance, "nine C2, stored", &layout("nine_locations_C2"), ["888380.07", "12.28 min"], None);
    row(&instance, "ten C0, stored", &layout("ten_locations_C0"), ["861160.90", "–"], None);
    for (zones, published) in
        [(9, ["888380.07 for C2", "12.28 min for C2"]), (10, ["861160.90", "–"]), (12, ["774615.16", "14.61 min"])]
    {
        let began = Instant::now();
        let own = instance.own(zones, 100);
        let seconds = began.elapsed().as_secs_f64();
        row(&instance, &format!("{zones}, ours, connected"), &own, published, Some(seconds));
    }
}
