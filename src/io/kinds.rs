//! What can be odd about a feature, in words, for all readers.

use super::oddity::{Kind, Oddities};
use crate::base::{Rule, Severity};
use crate::model::LeftOutReason;

/// Something a reader says about a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Tells it from the others.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it says, in English.
    pub en: &'static str,
    /// What it says, in Chinese.
    pub zh: &'static str,
}

macro_rules! kinds {
    ($($name:ident: $rule:ident, $severity:ident, $en:literal, $zh:literal;)*) => {
        $(pub(super) const $name: Kind =
            Kind { name: stringify!($name), rule: Rule::$rule, severity: Severity::$severity, en: $en, zh: $zh };)*

        /// All that readers of features say about one.
        pub const DIAGNOSTICS: [Diagnostic; [$(stringify!($name)),*].len()] =
            [$(Diagnostic { name: stringify!($name), severity: Severity::$severity, en: $en, zh: $zh }),*];
    };
}

kinds! {
    NO_GEOMETRY: NullGeometry, Warning, "it has no geometry", "没有图形";
    NOT_FEATURE: NullGeometry, Error, "a member of \"features\" that is no Feature object; nothing to keep", "不是 Feature 对象,无可保留";
    UNMARKED: BadValue, Warning, "its \"type\" is not \"Feature\"; read as one", "\"type\" 不是 \"Feature\",按要素读取";
    BARE_GEOMETRY: BadValue, Note, "a geometry without a feature around it; read as a feature without properties", "图形外没有 Feature 对象，按无属性要素读取";
    UNKNOWN_TYPE: NullGeometry, Error, "its geometry has no known \"type\"; the geometry is left out", "图形类型未知,图形未读取";
    NO_COORDINATES: NullGeometry, Error, "its geometry has no \"coordinates\"; the geometry is left out", "图形没有 \"coordinates\",未读取";
    NESTING: BadValue, Error, "its coordinates are not nested as its type asks; the geometry is left out", "坐标嵌套与图形类型不符,图形未读取";
    NOT_NUMBER: BadValue, Error, "a coordinate is not a number; the geometry is left out", "坐标不是数字,图形未读取";
    OUT_OF_RANGE: BadValue, Error, "a coordinate lies outside ±180° and ±90° (metres, or latitude before longitude); the geometry is left out", "坐标超出 ±180°、±90°(可能是米,或经纬度颠倒),图形未读取";
    UNCLOSED: UnclosedRing, Warning, "a ring does not end where it begins; closed", "环未闭合,已闭合";
    SHORT_RING: BadValue, Error, "a ring of fewer than three different points; the ring is left out", "环不足三个不同的点,该环未读取";
    SHORT_LINE: BadValue, Error, "a line of fewer than two points; the line is left out", "线不足两个点,该线未读取";
    HEIGHTS: BadValue, Note, "positions have more than two numbers; heights are left out", "坐标含高程等多余数值,未保留";
    NESTED_COLLECTION: BadValue, Note, "a GeometryCollection inside a GeometryCollection; its parts are read", "GeometryCollection 嵌套,已读取其各部分";
    DEEP_COLLECTION: BadValue, Error, "geometry collections nested deeper than 16 levels; the rest is left out", "GeometryCollection 嵌套超过 16 层,其余未读取";
    STRAY_MEMBER: BadValue, Warning, "a member of another kind of GeoJSON object; kept as it is, without meaning", "含有属于其他 GeoJSON 对象的成员,原样保留";
    BAD_ID: BadValue, Warning, "its \"id\" is neither text nor number; kept as it is", "\"id\" 既非文本也非数字,原样保留";
    BAD_BBOX: BadValue, Warning, "its \"bbox\" is not four or six numbers; not used", "\"bbox\" 不是 4 或 6 个数字,不使用";
    BAD_PROPERTIES: BadValue, Error, "its \"properties\" is no object; kept under the name \"properties\"", "\"properties\" 不是对象,以 \"properties\" 之名保留";
    DOUBLED: BadValue, Warning, "members of one name twice in one object; the last one counts", "同一对象内成员重名,以最后一个为准";
    NOT_FINITE: BadValue, Warning, "NaN or Infinity in a property; taken as null", "属性值为 NaN 或无穷大,按空值读取";
    LONG_NUMBER: BadValue, Note, "a whole number of more than 19 digits; kept as text, digit by digit", "超过 19 位的整数,按文本逐位保留";
    HALF_CHARACTER: BadValue, Warning, "half of a character in an escape; stands as U+FFFD now", "转义字符不完整,现以 U+FFFD 代替";
    OTHER_GEOMETRY: NullGeometry, Error, "a geometry of a kind that is not read (surfaces of patches, bodies); left out", "图形类型不支持（曲面、立体等），未读取";
    BROKEN_GEOMETRY: NullGeometry, Error, "its geometry is damaged: a count is larger than what follows; left out", "图形已损坏(数量超出实际内容),未读取";
    ROW_ALONE: NullGeometry, Warning, "a row of the table without a shape", "属性表中的行没有对应图形";
    ARCS: BadValue, Note, "arcs; broken into lines that keep within 1 cm of them (a millionth of the radius where that is more)", "含圆弧，已用偏离不超过 1 厘米（大弧为半径的百万分之一）的折线代替";
    TOO_MANY_ARCS: NullGeometry, Error, "its arcs would fill the memory as lines; left out", "圆弧过多，展开后会占满内存，未读取";
    DELETED: BadValue, Note, "marked as deleted in the table; left out", "属性表中已标记删除,未读取";
    NOT_KEPT: BadValue, Note, "a value that is neither text nor number; left out", "属性值既非文本也非数字,未读取";
    ENTITY: BadValue, Warning, "an entity that the file defines itself; not expanded", "含自定义实体,未展开";
    NOTED_POINTS: BadValue, Note, "heights and times noted at its points are left out", "各点的高程与时间未保留";
    EXTENSIONS: BadValue, Note, "what other programs put into it (extensions) is left out", "其他软件的扩展内容未保留";
    LINKED: BadValue, Note, "a link to another file or the network; not followed", "指向其他文件或网络的链接,未打开";
}

/// Kinds that tell why a feature is without a geometry.
const WITHOUT: [Kind; 14] = [
    NO_GEOMETRY,
    NOT_FEATURE,
    UNKNOWN_TYPE,
    NO_COORDINATES,
    NESTING,
    NOT_NUMBER,
    OUT_OF_RANGE,
    SHORT_RING,
    SHORT_LINE,
    DEEP_COLLECTION,
    OTHER_GEOMETRY,
    BROKEN_GEOMETRY,
    ROW_ALONE,
    TOO_MANY_ARCS,
];

/// Whether it was said why a feature is without a geometry.
pub(super) fn is_told(odd: &Oddities) -> impl Fn(u32) -> bool + use<> {
    let told: rustc_hash::FxHashSet<u32> = WITHOUT.into_iter().flat_map(|kind| odd.numbers(kind)).collect();
    move |number| told.contains(&number)
}

/// Features that were left out: the number of each that has a place among the features, and why.
pub(super) fn left_out(odd: &Oddities) -> Vec<(Option<u32>, LeftOutReason)> {
    let members = odd.numbers(NOT_FEATURE).map(|number| (Some(number), LeftOutReason::NoFeature));
    members.chain(odd.numbers(DELETED).map(|_| (None, LeftOutReason::Deleted))).collect()
}
