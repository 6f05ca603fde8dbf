//! A table of values by id that shares what did not change between snapshots.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const CHUNK: usize = 64;

/// An id that counts the slots of a [`Table`].
pub trait Key: Copy + Eq {
    /// The id of a slot.
    fn from_index(index: usize) -> Self;
    /// The slot of an id.
    fn index(self) -> usize;
}

/// Values by id in `Arc` chunks of 64: a clone costs one pointer per chunk, a change copies one chunk.
///
/// A removed value leaves its slot empty for good, so that no id is ever used twice.
pub struct Table<K, T> {
    chunks: Vec<Arc<[Option<T>; CHUNK]>>,
    slots: usize,
    key: PhantomData<fn() -> K>,
}

impl<K, T> Clone for Table<K, T> {
    fn clone(&self) -> Self {
        Self { chunks: self.chunks.clone(), slots: self.slots, key: PhantomData }
    }
}

impl<K, T> Default for Table<K, T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), slots: 0, key: PhantomData }
    }
}

impl<K: Key + std::fmt::Debug, T: std::fmt::Debug> std::fmt::Debug for Table<K, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Key, T> Table<K, T> {
    /// The value of an id; `None` for one that was removed or never given.
    #[must_use]
    pub fn get(&self, id: K) -> Option<&T> {
        let index = id.index();
        self.chunks.get(index / CHUNK)?[index % CHUNK].as_ref()
    }

    /// The id the next [`Table::push`] will give.
    #[must_use]
    pub fn next_id(&self) -> K {
        K::from_index(self.slots)
    }

    /// Slots ever given, empty ones included: one more than the largest index.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Number of values. O(slots).
    #[must_use]
    pub fn count(&self) -> usize {
        self.iter().count()
    }

    /// All values in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (K, &T)> {
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.iter())
            .enumerate()
            .filter_map(|(index, slot)| Some((K::from_index(index), slot.as_ref()?)))
    }

    /// All ids in use, ascending.
    pub fn ids(&self) -> impl Iterator<Item = K> + '_ {
        self.iter().map(|(id, _)| id)
    }
}

impl<K: Key, T: Clone> Table<K, T> {
    /// Adds a value under a new id.
    pub fn push(&mut self, value: T) -> K {
        let id = self.next_id();
        self.set(id, Some(value));
        id
    }

    /// Sets or empties the slot of an id; grows the table where the id lies beyond it.
    pub fn set(&mut self, id: K, value: Option<T>) {
        let index = id.index();
        while self.chunks.len() <= index / CHUNK {
            self.chunks.push(Arc::new(std::array::from_fn(|_| None)));
        }
        self.slots = self.slots.max(index + 1);
        Arc::make_mut(&mut self.chunks[index / CHUNK])[index % CHUNK] = value;
    }
}

impl<K: Key, T: PartialEq> Table<K, T> {
    /// Ids whose values differ between two tables, ascending: pointers first, then values.
    ///
    /// O(chunks) plus 64 comparisons for each chunk that is not shared.
    #[must_use]
    pub fn changed(&self, other: &Self) -> Vec<K> {
        let mut ids = Vec::new();
        for at in 0..self.chunks.len().max(other.chunks.len()) {
            let (one, two) = (self.chunks.get(at), other.chunks.get(at));
            if let (Some(one), Some(two)) = (one, two)
                && Arc::ptr_eq(one, two)
            {
                continue;
            }
            for slot in 0..CHUNK {
                if one.and_then(|chunk| chunk[slot].as_ref()) != two.and_then(|chunk| chunk[slot].as_ref()) {
                    ids.push(K::from_index(at * CHUNK + slot));
                }
            }
        }
        ids
    }
}

impl<K: Key, T: PartialEq> PartialEq for Table<K, T> {
    fn eq(&self, other: &Self) -> bool {
        self.changed(other).is_empty()
    }
}

impl<K: Key, T: Clone> FromIterator<T> for Table<K, T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut table = Self::default();
        let mut values = values.into_iter().fuse();
        loop {
            let mut taken = 0;
            let chunk = std::array::from_fn(|_| values.next().inspect(|_| taken += 1));
            if taken == 0 {
                return table;
            }
            table.chunks.push(Arc::new(chunk));
            table.slots += taken;
        }
    }
}

/// Every slot in order, empty ones too: no longer than what is written down.
impl<K, T: Serialize> Serialize for Table<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.chunks.iter().flat_map(|chunk| chunk.iter()).take(self.slots))
    }
}

impl<'de, K: Key, T: Clone + Deserialize<'de>> Deserialize<'de> for Table<K, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slots: Vec<Option<T>> = Vec::deserialize(deserializer)?;
        let mut table = Self { slots: slots.len(), ..Self::default() };
        for (index, value) in slots.into_iter().enumerate() {
            table.set(K::from_index(index), value);
        }
        Ok(table)
    }
}
