//! Where the records of a shapefile stand: one behind the other, and as its index (`.shx`) says.
//!
//! Programs that edit a shapefile in place leave old records and holes behind; then the index alone knows which records
//! count. A copy that took an old index along shows the contrary. What the records say of themselves decides: how long
//! they are, and which number they have; and how many rows the table has.

use super::resume;
use crate::base::{Severity, Text};
use crate::io::binary::Bytes;

/// Length of the header of both files, and where the records begin.
pub(super) const HEADER: usize = 100;

/// A record: where its content begins and ends, and its number from 1 as it says. `None`: it has no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    start: usize,
    end: usize,
    number: u32,
}

/// The records that count, in order; `None` where one is damaged.
pub(super) struct Records {
    pub(super) all: Vec<Option<Record>>,
    /// Whether the file was left before its end.
    pub(super) broken: bool,
    pub(super) note: Option<(Severity, Text)>,
}

/// Records one behind the other.
struct Sequence {
    all: Vec<Record>,
    /// Whether they fill the file.
    whole: bool,
}

/// Records of an index; `None` where what it says is not so.
struct Index(Vec<Option<Record>>);

impl Record {
    /// What stands in it.
    pub(super) fn content<'a>(&self, file: &'a [u8]) -> &'a [u8] {
        file.get(self.start..self.end).unwrap_or(&[])
    }

    /// Its number, from 1.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Where it begins and ends, with a head of so many bytes.
    pub(super) fn place(&self, head: usize) -> (usize, usize) {
        (self.start - head, self.end)
    }

    /// The record that begins at a place.
    pub(super) fn at(file: &[u8], place: usize) -> Option<Self> {
        let mut at = Bytes::new(file).at(place);
        at.big = true;
        let (number, words) = (at.u32()?, at.u32()? as usize);
        let start = at.place();
        let end = start.checked_add(words.checked_mul(2)?)?;
        (end <= file.len()).then_some(Self { start, end, number })
    }
}

/// Whether each record has the number of its place.
fn numbered<'a>(all: impl Iterator<Item = &'a Record>) -> bool {
    all.zip(1..).all(|(record, number)| record.number == number)
}

impl Sequence {
    fn of(file: &[u8]) -> Self {
        let (mut all, mut place) = (Vec::new(), HEADER);
        while place < file.len() {
            let Some(record) = Record::at(file, place) else { return Self { all, whole: false } };
            place = record.end;
            all.push(record);
        }
        Self { all, whole: true }
    }
}

impl Index {
    fn of(index: &[u8], file: &[u8]) -> Self {
        let mut at = Bytes::new(index).at(HEADER);
        at.big = true;
        let mut all = Vec::new();
        while let (Some(place), Some(words)) = (at.u32(), at.u32()) {
            let record = Record::at(file, place as usize * 2);
            all.push(
                record.filter(|record| place as usize * 2 >= HEADER && record.end - record.start == words as usize * 2),
            );
        }
        // A record counts once: an index that names one again and again would make much of little.
        let mut places: Vec<(usize, usize, usize)> = all
            .iter()
            .enumerate()
            .filter_map(|(at, record)| record.map(|record| (record.start, record.end, at)))
            .collect();
        places.sort_unstable();
        let mut end = 0;
        for (start, record_end, at) in places {
            if start < end
                && let Some(record) = all.get_mut(at)
            {
                *record = None;
            }
            end = end.max(record_end);
        }
        Self(all)
    }

    fn sound(&self) -> usize {
        self.0.iter().flatten().count()
    }

    fn is_sound(&self) -> bool {
        !self.0.is_empty() && self.sound() == self.0.len()
    }
}

/// Finds the records of a file that has so many rows in its table.
pub(super) fn records(file: &[u8], index: Option<&[u8]>, rows: usize) -> Records {
    let found = told(file, index, rows);
    let known: Option<Vec<Record>> = found.all.iter().copied().collect();
    let known = known.filter(|known| {
        known.len() < rows && numbered(known.iter()) && (found.broken || resume::leave_some(file, known))
    });
    let Some(known) = known else { return found };
    let listed = known.len();
    if let Some(more) = resume::resumed(file, &known, rows) {
        let text = Text::new(
            format!(
                "what leads to its records ends at {listed} of {rows}; the others were found behind, by the numbers they have"
            ),
            format!("按顺序或索引只能读到第 {listed} 条（共 {rows} 条）；其后的记录已按其自身编号找到并读取"),
        );
        let all = known.into_iter().chain(more).map(Some).collect();
        return Records { all, broken: false, note: Some((Severity::Warning, text)) };
    }
    if found.broken {
        return found;
    }
    let text = Text::new(
        format!(
            "its index (.shx) ends at {listed} of {rows} rows of the table, and the file goes on; the shapes of the others are \
             lost. Fetch it again"
        ),
        format!("索引（.shx）只到第 {listed} 条，属性表有 {rows} 行，文件其后还有内容；其余图形丢失。请重新获取"),
    );
    Records { note: Some((Severity::Error, text)), ..found }
}

/// The records that the file and its index lead to.
fn told(file: &[u8], index: Option<&[u8]>, rows: usize) -> Records {
    let sequence = Sequence::of(file);
    let in_order = |sequence: Sequence, note| Records {
        broken: !sequence.whole,
        all: sequence.all.into_iter().map(Some).collect(),
        note,
    };
    let Some(index) = index else { return in_order(sequence, None) };
    let index = Index::of(index, file);
    if index.0.iter().map(Option::as_ref).eq(sequence.all.iter().map(Some)) {
        return in_order(sequence, None);
    }
    let (listed, met) = (index.0.len(), sequence.all.len());
    if is_followed(&index, &sequence, rows) {
        let note = followed(&index, &sequence);
        return Records { broken: false, note: Some(note), all: index.0 };
    }
    let note = Text::new(
        format!(
            "its index (.shx) names {listed} records and does not fit the file: {met} were read one after the other"
        ),
        format!("索引（.shx）列出 {listed} 条记录，与文件不符：已按顺序读取 {met} 条"),
    );
    // The table has as many rows as the index: the end of the file is missing.
    let severity = if listed > met && rows > met { Severity::Error } else { Severity::Warning };
    in_order(sequence, Some((severity, note)))
}

/// Whether the index is believed rather than the sequence.
fn is_followed(index: &Index, sequence: &Sequence, rows: usize) -> bool {
    if !index.is_sound() {
        // A damaged index is better than a file that breaks off only where it finds more.
        return !sequence.whole && index.sound() > sequence.all.len();
    }
    match (numbered(index.0.iter().flatten()), numbered(sequence.all.iter())) {
        (true, false) => true,
        (false, true) => rows != sequence.all.len(),
        // The index is that of an older, shorter file, or the end of the file is left over: the table tells.
        (true, true) if sequence.whole => rows == index.0.len(),
        (true, true) => index.0.len() >= sequence.all.len() || rows == index.0.len(),
        (false, false) => rows != sequence.all.len() || rows == index.0.len(),
    }
}

/// What is said where the index was followed.
fn followed(index: &Index, sequence: &Sequence) -> (Severity, Text) {
    let (listed, sound) = (index.0.len(), index.sound());
    if sound < listed {
        let lost = listed - sound;
        let text = Text::new(
            format!(
                "the file is damaged: of {listed} records in its index (.shx), {lost} are not where it says. Fetch it again"
            ),
            format!("文件已损坏：索引（.shx）列出 {listed} 条记录，其中 {lost} 条不在所指位置。请重新获取"),
        );
        return (Severity::Error, text);
    }
    if !sequence.whole {
        let text = Text::new(
            format!(
                "there are holes between its records, as editing leaves them; its index (.shx) was followed to all {listed}"
            ),
            format!("记录之间有编辑留下的空隙；已按索引（.shx）读取全部 {listed} 条"),
        );
        return (Severity::Note, text);
    }
    let met = sequence.all.len();
    let text = Text::new(
        format!(
            "{met} records stand in the file, {listed} of them in its index (.shx): those were read, the others are left over from editing"
        ),
        format!("文件中有 {met} 条记录，索引（.shx）列出其中 {listed} 条：已读取这些，其余为编辑遗留"),
    );
    (Severity::Note, text)
}
