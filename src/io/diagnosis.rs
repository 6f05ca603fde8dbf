//! What can be odd about a feature or a row, in words, for all readers.

use super::oddity::Oddities;
use crate::base::{Rule, Severity, Text};
use crate::model::LeftOutReason;

macro_rules! diagnoses {
    ($($name:ident: $rule:ident, $severity:ident, $en:literal, $zh:literal;)*) => {
        /// What a reader may say about a feature or a row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Diagnosis {
            $(#[doc = $en] $name,)*
        }

        impl Diagnosis {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// The rule that is broken.
            #[must_use]
            pub fn rule(self) -> Rule {
                match self {
                    $(Self::$name => Rule::$rule,)*
                }
            }

            /// How much it matters.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)*
                }
            }

            /// What is wrong and what was done, to follow "feature 3: " or "12 features: ".
            #[must_use]
            pub fn words(self) -> Text {
                match self {
                    $(Self::$name => Text::new($en, $zh),)*
                }
            }
        }
    };
}

diagnoses! {
    NoGeometry: NullGeometry, Warning, "it has no geometry", "没有图形";
    NotFeature: NullGeometry, Error, "a member of \"features\" that is no Feature object; nothing to keep", "不是 Feature 对象,无可保留";
    Unmarked: BadValue, Warning, "its \"type\" is not \"Feature\"; read as one", "\"type\" 不是 \"Feature\",按要素读取";
    BareGeometry: BadValue, Note, "a geometry without a feature around it; read as a feature without properties", "图形外没有 Feature 对象，按无属性要素读取";
    UnknownType: NullGeometry, Error, "its geometry has no known \"type\"; the geometry is left out", "图形类型未知,图形未读取";
    NoCoordinates: NullGeometry, Error, "its geometry has no \"coordinates\"; the geometry is left out", "图形没有 \"coordinates\",未读取";
    Nesting: BadValue, Error, "its coordinates are not nested as its type asks; the geometry is left out", "坐标嵌套与图形类型不符,图形未读取";
    NotNumber: BadValue, Error, "a coordinate is not a number; the geometry is left out", "坐标不是数字,图形未读取";
    OutOfRange: BadValue, Error, "a coordinate lies outside ±180° and ±90° (metres, or latitude before longitude); the geometry is left out", "坐标超出 ±180°、±90°(可能是米,或经纬度颠倒),图形未读取";
    Unclosed: UnclosedRing, Warning, "a ring does not end where it begins; closed", "环未闭合,已闭合";
    ShortRing: BadValue, Error, "a ring of fewer than three different points; the ring is left out", "环不足三个不同的点,该环未读取";
    ShortLine: BadValue, Error, "a line of fewer than two points; the line is left out", "线不足两个点,该线未读取";
    Heights: BadValue, Note, "positions have more than two numbers; heights are left out", "坐标含高程等多余数值,未保留";
    NestedCollection: BadValue, Note, "a geometry collection inside another; its parts are read", "GeometryCollection 嵌套,已读取其各部分";
    DeepCollection: BadValue, Error, "geometry collections nested deeper than 16 levels; the rest is left out", "GeometryCollection 嵌套超过 16 层,其余未读取";
    StrayMember: BadValue, Warning, "a member of another kind of GeoJSON object; kept as it is, without meaning", "含有属于其他 GeoJSON 对象的成员,原样保留";
    BadId: BadValue, Warning, "its \"id\" is neither text nor number; kept as it is", "\"id\" 既非文本也非数字,原样保留";
    BadBbox: BadValue, Warning, "its \"bbox\" is not four or six numbers; not used", "\"bbox\" 不是 4 或 6 个数字,不使用";
    BadProperties: BadValue, Error, "its \"properties\" is no object; kept under the name \"properties\"", "\"properties\" 不是对象,以 \"properties\" 之名保留";
    Doubled: BadValue, Warning, "members of one name twice in one object; the last one counts", "同一对象内成员重名,以最后一个为准";
    NotFinite: BadValue, Warning, "NaN or Infinity in a property; taken as null", "属性值为 NaN 或无穷大,按空值读取";
    LongNumber: BadValue, Note, "a whole number of more than 19 digits; kept as text, digit by digit", "超过 19 位的整数,按文本逐位保留";
    HalfCharacter: BadValue, Warning, "half of a character in an escape; stands as U+FFFD now", "转义字符不完整,现以 U+FFFD 代替";
    OtherGeometry: NullGeometry, Error, "a geometry of a kind that is not read (surfaces of patches, bodies); left out", "图形类型不支持（曲面、立体等），未读取";
    BrokenGeometry: NullGeometry, Error, "its geometry is damaged: a count is larger than what follows; left out", "图形已损坏(数量超出实际内容),未读取";
    PiledRings: NullGeometry, Error, "its rings lie over each other so often that what is land cannot be told; left out", "图形中重叠的环过多，无法判定所围范围，未读取";
    RowAlone: NullGeometry, Warning, "a row of the table without a shape", "属性表中的行没有对应图形";
    Arcs: BadValue, Note, "arcs; broken into lines that keep within 1 cm of them (a millionth of the radius where that is more)", "含圆弧，已用偏离不超过 1 厘米（大弧为半径的百万分之一）的折线代替";
    TooManyArcs: NullGeometry, Error, "its arcs would fill the memory as lines; left out", "圆弧过多，展开后会占满内存，未读取";
    Deleted: BadValue, Note, "marked as deleted in the table; left out", "属性表中已标记删除,未读取";
    NotKept: BadValue, Note, "a value that is neither text nor number; left out", "属性值既非文本也非数字,未读取";
    Entity: BadValue, Warning, "an entity that the file defines itself; not expanded", "含自定义实体,未展开";
    NotedPoints: BadValue, Note, "heights and times noted at its points are left out", "各点的高程与时间未保留";
    Extensions: BadValue, Note, "what other programs put into it (extensions) is left out", "其他软件的扩展内容未保留";
    Linked: BadValue, Note, "a link to another file or the network; not followed", "指向其他文件或网络的链接,未打开";
    NoPlace: NullGeometry, Warning, "no coordinates and no zone; kept without a place", "没有坐标也没有所属区域;保留,未落图";
    BadPlace: BadValue, Warning, "the coordinates are not longitude and latitude in degrees", "坐标不是以度为单位的经纬度";
    BadTime: BadValue, Warning, "a time that cannot be read; kept without it", "时间无法识别,未保留";
    StrayQuote: BadValue, Warning, "a quote opens a field and none closes it; read without it", "引号未闭合\u{ff0c}已去掉该引号读取";
    LongRow: BadValue, Warning, "it has more fields than there are columns; what stands beyond them is left out", "字段数多于列数，多出的字段未读取";
    ShortRow: BadValue, Note, "it has fewer fields than there are columns; the last ones are empty", "字段数少于列数，缺少的字段按空值读取";
}

/// Kinds that tell why a feature is without a geometry.
pub(super) const WITHOUT: [Diagnosis; 15] = [
    Diagnosis::NoGeometry,
    Diagnosis::NotFeature,
    Diagnosis::UnknownType,
    Diagnosis::NoCoordinates,
    Diagnosis::Nesting,
    Diagnosis::NotNumber,
    Diagnosis::OutOfRange,
    Diagnosis::ShortRing,
    Diagnosis::ShortLine,
    Diagnosis::DeepCollection,
    Diagnosis::OtherGeometry,
    Diagnosis::BrokenGeometry,
    Diagnosis::PiledRings,
    Diagnosis::RowAlone,
    Diagnosis::TooManyArcs,
];

/// Whether it was said why a feature is without a geometry.
pub(super) fn is_told(odd: &Oddities) -> impl Fn(u32) -> bool + use<> {
    let told: rustc_hash::FxHashSet<u32> = WITHOUT.into_iter().flat_map(|kind| odd.numbers(kind)).collect();
    move |number| told.contains(&number)
}

/// Features that were left out: the number of each that has a place among the features, and why.
pub(super) fn left_out(odd: &Oddities) -> Vec<(Option<u32>, LeftOutReason)> {
    let members = odd.numbers(Diagnosis::NotFeature).map(|number| (Some(number), LeftOutReason::NoFeature));
    members.chain(odd.numbers(Diagnosis::Deleted).map(|_| (None, LeftOutReason::Deleted))).collect()
}
