//! Whether a zone stays whole when a unit leaves it.

use super::Graph;

/// Working memory of the test, kept between calls so that none allocates.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    stamp: u32,
    seen: Vec<u32>,
    group: Vec<u32>,
    queue: Vec<u32>,
    parent: Vec<u32>,
    open: Vec<u32>,
    cut: Option<u32>,
}

impl Reach {
    /// Working memory for a graph of `units`.
    #[must_use]
    pub fn new(units: usize) -> Self {
        Self { seen: vec![0; units], group: vec![0; units], ..Self::default() }
    }

    /// Whether the neighbours of `unit` within its zone still reach each other without it: nothing new would break,
    /// whatever was broken before.
    ///
    /// O(degree²) where they touch each other, as around most units of a planar map; else breadth-first from all of
    /// them at once until they meet or the smallest side has been walked through.
    pub fn whole_without(&mut self, graph: &Graph, labels: &[u32], unit: u32) -> bool {
        self.cut = None;
        self.begin(graph, labels, unit);
        if self.queue.len() <= 1 {
            return true;
        }
        let sources = self.queue.len();
        let mut apart = sources - 1;
        for at in 0..sources {
            for &next in graph.neighbours(self.queue[at]) {
                if self.seen[next as usize] == self.stamp && next != unit {
                    apart -= usize::from(self.join(at as u32, self.group[next as usize]));
                }
            }
            if apart == 0 {
                return true;
            }
        }
        self.spread(graph, labels, unit, apart)
    }

    /// Whether the units of `zone` around `left`, which have left it together, still reach each other: nothing new broke.
    /// O(size of the zone).
    pub fn whole_beside(&mut self, graph: &Graph, labels: &[u32], left: &[u32], zone: u32) -> bool {
        let around = || left.iter().flat_map(|&unit| graph.neighbours(unit)).copied();
        let mut sides = around().filter(|&unit| labels[unit as usize] == zone);
        let Some(start) = sides.next() else { return true };
        self.next_stamp();
        self.queue.clear();
        self.queue.push(start);
        self.seen[start as usize] = self.stamp;
        let mut at = 0;
        while let Some(&from) = self.queue.get(at) {
            at += 1;
            for &next in graph.neighbours(from) {
                if labels[next as usize] == zone && self.seen[next as usize] != self.stamp {
                    self.seen[next as usize] = self.stamp;
                    self.queue.push(next);
                }
            }
        }
        self.cut = None;
        sides.all(|unit| self.seen[unit as usize] == self.stamp)
    }

    /// Whether some units, ascending, that came to a zone together all hang on a unit that was there before: each connected
    /// piece of them touches one. O(their degrees).
    pub fn touches(&mut self, graph: &Graph, labels: &[u32], came: &[u32]) -> bool {
        self.next_stamp();
        self.queue.clear();
        let came_too = |unit: &u32| came.binary_search(unit).is_ok();
        let same = |a: u32, b: u32| labels[a as usize] == labels[b as usize];
        let holds = |unit: u32| graph.neighbours(unit).iter().any(|next| same(unit, *next) && !came_too(next));
        self.queue.extend(came.iter().copied().filter(|&unit| holds(unit)));
        for &unit in &self.queue {
            self.seen[unit as usize] = self.stamp;
        }
        let mut at = 0;
        while let Some(&unit) = self.queue.get(at) {
            at += 1;
            for &next in graph.neighbours(unit) {
                if came_too(&next) && self.seen[next as usize] != self.stamp {
                    self.seen[next as usize] = self.stamp;
                    self.queue.push(next);
                }
            }
        }
        self.cut = None;
        came.iter().all(|&unit| self.seen[unit as usize] == self.stamp)
    }

    /// Units of the side that [`Reach::whole_without`] found to be cut off, after it said no.
    pub fn cut_off(&self) -> impl Iterator<Item = u32> + '_ {
        let cut = self.cut;
        self.queue
            .iter()
            .copied()
            .filter(move |&unit| cut.is_some_and(|cut| self.root(self.group[unit as usize]) == cut))
    }

    fn next_stamp(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.seen.fill(0);
            self.stamp = 1;
        }
    }

    fn begin(&mut self, graph: &Graph, labels: &[u32], unit: u32) {
        self.next_stamp();
        self.queue.clear();
        self.parent.clear();
        self.open.clear();
        let own = labels[unit as usize];
        self.seen[unit as usize] = self.stamp;
        for &next in graph.neighbours(unit) {
            if labels[next as usize] == own {
                self.seen[next as usize] = self.stamp;
                self.group[next as usize] = self.queue.len() as u32;
                self.parent.push(self.queue.len() as u32);
                self.open.push(1);
                self.queue.push(next);
            }
        }
    }

    fn spread(&mut self, graph: &Graph, labels: &[u32], unit: u32, mut apart: usize) -> bool {
        let own = labels[unit as usize];
        let mut at = 0;
        while let Some(&from) = self.queue.get(at) {
            at += 1;
            let group = self.root(self.group[from as usize]);
            for &next in graph.neighbours(from) {
                if next == unit || labels[next as usize] != own {
                    continue;
                }
                if self.seen[next as usize] == self.stamp {
                    apart -= usize::from(self.join(group, self.group[next as usize]));
                    if apart == 0 {
                        return true;
                    }
                    continue;
                }
                self.seen[next as usize] = self.stamp;
                let group = self.root(group);
                self.group[next as usize] = group;
                self.open[group as usize] += 1;
                self.queue.push(next);
            }
            let group = self.root(group);
            self.open[group as usize] -= 1;
            if self.open[group as usize] == 0 {
                self.cut = Some(group);
                return false;
            }
        }
        false
    }

    fn root(&self, mut group: u32) -> u32 {
        while self.parent[group as usize] != group {
            group = self.parent[group as usize];
        }
        group
    }

    /// Joins two groups; whether they were apart.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return false;
        }
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high as usize] = low;
        self.open[low as usize] += self.open[high as usize];
        true
    }
}
