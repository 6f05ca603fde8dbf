//! Haikou as remembered: towns drawn by hand around their approximate centres. 示意: no border here is official.

use super::city::{Class, Road, Town};
use super::dice::Dice;
use super::mesh::{Kind, Mesh, OUTSIDE, Spot};

/// Longitude and latitude of the origin of the metres, degrees.
pub(super) const ORIGIN: (f64, f64) = (110.33, 20.0);
/// Metres per degree of longitude and latitude there (WGS 84, Snyder 1987 eq. 4-18 to 4-21).
pub(super) const METRES: (f64, f64) = (104_646.6, 110_704.3);

/// The corners of towns: name, longitude, latitude. `w`, `e`, `h`, `n` lie on water, the others on land.
const CORNERS: &str = "
w1 110.1280 19.9680|w2 110.1120 19.9920|w3 110.1100 20.0200|w4 110.1240 20.0450|w5 110.1460 20.0620|w6 110.1680 20.0700
w7 110.1880 20.0610|w8 110.2130 20.0490|w9 110.2380 20.0380|w10 110.2580 20.0310|w11 110.2740 20.0270|w12 110.2830 20.0305
w13 110.2900 20.0260|w14 110.2990 20.0275|w15 110.3080 20.0340|w16 110.3185 20.0405|w17 110.3270 20.0455
w18 110.3340 20.0468|w19 110.3450 20.0465|w20 110.3560 20.0462|w21 110.3680 20.0445|w22 110.3800 20.0430
w23 110.3885 20.0375|w24 110.3895 20.0280|w25 110.3880 20.0195|w26 110.3865 20.0060|w27 110.3910 19.9900
w28 110.3980 19.9720|w29 110.4020 19.9570|w30 110.4035 19.9450
e1 110.4045 20.0665|e2 110.3970 20.0480|e3 110.3960 20.0300|e4 110.3945 20.0100|e5 110.3970 19.9920|e6 110.4035 19.9740
e7 110.4085 19.9570|e8 110.4105 19.9420|e20 110.4180 20.0640|e21 110.4370 20.0580|e22 110.4550 20.0535
e23 110.4720 20.0490|e24 110.4880 20.0430
h1 110.3120 20.0525|h2 110.3105 20.0625|h3 110.3170 20.0745|h4 110.3290 20.0815|h5 110.3400 20.0845|h6 110.3520 20.0820
h7 110.3590 20.0740|h8 110.3605 20.0630|h9 110.3600 20.0530|h10 110.3560 20.0490|h11 110.3450 20.0492|h12 110.3360 20.0494
h13 110.3240 20.0495|n1 110.3640 20.0500|n2 110.3655 20.0620|n3 110.3665 20.0730|n4 110.3740 20.0800|n5 110.3850 20.0790
n6 110.3930 20.0700|n7 110.3905 20.0580|n8 110.3885 20.0475|n9 110.3790 20.0470
m1 110.3385 20.0600|m2 110.3400 20.0720
a1 110.3235 20.0335|a2 110.3345 20.0372|a3 110.3455 20.0375|a4 110.3560 20.0385|a5 110.3455 20.0235|a6 110.3345 20.0212
a7 110.3235 20.0215|a13 110.3220 20.0165|a14 110.3010 20.0165|a15 110.3240 20.0050|a16 110.3225 19.9965|a17 110.3050 19.9955
a18 110.3025 20.0060|a20 110.3020 19.9800|b1 110.3490 20.0320|b2 110.3555 20.0285|b3 110.3615 20.0285|b4 110.3605 20.0345
b5 110.3440 20.0190|b6 110.3575 20.0200|b7 110.3700 20.0305|b8 110.3690 20.0395|b9 110.3720 20.0200|c1 110.3720 20.0085
c2 110.3590 20.0088|c3 110.3440 20.0100|c4 110.3430 19.9960|c5 110.3560 19.9930|c6 110.3690 19.9945|c7 110.3770 19.9790
c8 110.3330 19.9950|d1 110.3510 19.9760|d2 110.3530 19.9580|d3 110.3640 19.9460|s1 110.3000 19.9640|s2 110.3200 19.9480
s5 110.2740 19.9560|s6 110.2450 19.9620|s7 110.2150 19.9550|s8 110.1700 19.9570|x2 110.2850 20.0045|x3 110.2640 20.0030
x4 110.2570 20.0180|x5 110.2900 19.9905|x6 110.2700 19.9935|y1 110.2400 19.9860|y3 110.2440 19.9990|y4 110.2200 20.0050
y5 110.2000 20.0210|y6 110.1930 20.0400|l2 110.3720 19.9150|l3 110.3600 19.8850|l4 110.3250 19.8800|l5 110.2970 19.8930
l6 110.2950 19.9250|g1 110.4400 19.9350|g2 110.4700 19.9300|g3 110.4980 19.9400|g4 110.5100 19.9650|g5 110.5020 19.9950
g6 110.4930 20.0200|y21 110.5200 19.9150|y22 110.5150 19.8800|y23 110.4950 19.8520|y24 110.4620 19.8480|y25 110.4400 19.8680
y26 110.4320 19.9000";

/// District codes and names.
pub(super) const DISTRICTS: [(&str, &str); 4] =
    [("460105", "秀英区"), ("460106", "龙华区"), ("460107", "琼山区"), ("460108", "美兰区")];

/// A town's line in the table below.
type Row =
    (&'static str, &'static str, (f64, f64), (f64, f64), f64, [usize; 2], &'static str, &'static str, &'static str);

/// Code, name, heart (degrees), (reach in m, slope of the streets), busyness, communities and grids, corners, streets, known
/// communities. Corners run either way round.
#[rustfmt::skip]
const TOWNS: &[Row] = &[
    ("460105001", "秀英街道", (110.285, 20.015), (2200.0, 0.05), 1.3, [8, 5], "w10 w11 w12 w13 w14 a14 a18 x2 x3 x4", "秀英大道 海秀西路 海港路 向荣路 秀华路", ""),
    ("460105002", "海秀街道", (110.288, 19.999), (1800.0, 0.02), 1.1, [5, 4], "x3 x2 a18 a17 x5 x6", "海秀中路 海榆中线 永万路", ""),
    ("460105100", "长流镇", (110.205, 19.998), (2600.0, -0.12), 0.55, [8, 5], "w1 w2 w3 w4 w5 w6 w7 y6 y5 y4 y3 y1 s6 s7 s8", "长滨路 粤海大道 长秀大道 长信路", "长流墟"),
    ("460105101", "西秀镇", (110.236, 20.024), (2000.0, -0.30), 0.65, [5, 4], "w7 w8 w9 w10 x4 x3 y3 y4 y5 y6", "滨海大道 长怡路 长彤路", ""),
    ("460105102", "海秀镇", (110.275, 19.985), (2400.0, 0.08), 0.8, [8, 5], "x3 x6 x5 a17 a20 s1 s5 s6 y1 y3", "南海大道 丘海大道 业里路 水头路", ""),
    ("460106001", "中山街道", (110.340, 20.041), (900.0, -0.06), 1.5, [7, 5], "w18 w19 a3 a2", "中山路 新华北路 得胜沙路 解放东路 长堤路", ""),
    ("460106002", "滨海街道", (110.327, 20.039), (1100.0, 0.35), 1.2, [8, 5], "w16 w17 w18 a2 a1", "龙华路 滨海大道 龙昆北路 义龙西路", ""),
    ("460106003", "金贸街道", (110.314, 20.026), (1500.0, 0.30), 1.8, [10, 6], "w14 w15 w16 a1 a7 a13 a14", "国贸大道 玉沙路 金贸中路 明珠路 世贸东路 金龙路", ""),
    ("460106004", "大同街道", (110.336, 20.030), (1200.0, -0.04), 1.6, [9, 6], "a1 a7 a6 a5 b1 a3 a2", "大同路 海秀东路 义龙东路 龙昆南路 蓝天西路", ""),
    ("460106005", "海垦街道", (110.314, 20.008), (1600.0, 0.03), 1.3, [9, 6], "a14 a13 a15 a16 a17 a18", "海垦路 金垦路 滨濂路 秀垦路", ""),
    ("460106006", "金宇街道", (110.333, 20.008), (1500.0, -0.03), 1.3, [8, 5], "a7 a6 a5 b5 c3 c4 c8 a16 a15 a13", "龙昆南路 金盘路 坡博路 南沙路", "金盘"),
    ("460106100", "城西镇", (110.333, 19.985), (1900.0, -0.10), 0.9, [9, 5], "a17 a20 s1 s2 d2 d1 c5 c4 c8 a16", "城西路 学院路 椰海大道 苍峄路", "道客 仁里"),
    ("460106101", "龙桥镇", (110.330, 19.915), (1500.0, -0.05), 0.2, [0, 0], "s2 d2 d3 l2 l3 l4 l5 l6", "龙桥大道", ""),
    ("460107001", "国兴街道", (110.362, 20.015), (1700.0, 0.02), 1.3, [7, 5], "b5 b6 b9 w25 w26 c1 c2 c3", "大英山东路 五指山路 美苑路 文坛路", "攀丹 米铺 文庄"),
    ("460107002", "府城街道", (110.355, 20.002), (1300.0, 0.06), 1.4, [11, 6], "c3 c2 c1 c6 c5 c4", "中山路 忠介路 高登东街 琼州大道 新城路", "府城 忠介 云露 城东"),
    ("460107003", "滨江街道", (110.380, 19.996), (1500.0, 0.25), 0.8, [5, 4], "c1 c6 c7 w28 w27 w26", "滨江路 新大洲大道 高登东路", ""),
    ("460107004", "凤翔街道", (110.366, 19.984), (1800.0, 0.15), 0.8, [7, 4], "c5 c6 c7 w28 w29 w30 d3 d2 d1", "凤翔东路 椰海大道 石塔路 铁桥路", ""),
    ("460107102", "云龙镇", (110.475, 19.885), (1500.0, 0.10), 0.2, [0, 0], "g1 g2 g3 y21 y22 y23 y24 y25 y26", "云龙大道", ""),
    ("460108001", "海府街道", (110.352, 20.026), (1200.0, 0.04), 1.5, [7, 5], "b1 a5 b5 b6 b2", "海府路 海府一横路 美舍路 青年路", ""),
    ("460108002", "蓝天街道", (110.367, 20.026), (1500.0, 0.00), 1.2, [7, 4], "b2 b6 b9 w25 w24 b7 b3", "蓝天路 大英路 美祥路 流水坡路", ""),
    ("460108003", "博爱街道", (110.350, 20.041), (900.0, -0.05), 1.6, [7, 4], "w19 w20 a4 a3", "博爱路 新民路 少史路 长堤路", ""),
    ("460108004", "海甸街道", (110.328, 20.061), (2000.0, 0.08), 1.1, [7, 5], "h1 h2 h3 h4 h5 m2 m1 h12 h13", "海甸五西路 海甸三西路 沿江三西路 海达路", ""),
    ("460108005", "人民街道", (110.347, 20.060), (1700.0, 0.08), 1.1, [6, 4], "h5 h6 h7 h8 h9 h10 h11 h12 m1 m2", "海甸五东路 和平大道 海甸二东路", ""),
    ("460108006", "白龙街道", (110.363, 20.036), (1100.0, 0.05), 1.4, [8, 5], "a4 b4 b3 b7 b8", "白龙南路 文明东路 白龙北路 群上路", ""),
    ("460108007", "和平南街道", (110.356, 20.033), (900.0, -0.08), 1.5, [6, 4], "a3 b1 b2 b3 b4 a4", "和平南路 文明中路 南宝路", ""),
    ("460108008", "白沙街道", (110.374, 20.038), (1400.0, 0.10), 1.0, [6, 4], "w20 a4 b8 b7 w24 w23 w22 w21", "白沙路 板桥路 振兴路", "下坎"),
    ("460108009", "新埠街道", (110.372, 20.060), (1700.0, 0.12), 0.6, [3, 2], "n1 n2 n3 n4 n5 n6 n7 n8 n9", "新埠大道 横沟路", ""),
    ("460108101", "灵山镇", (110.425, 19.990), (2600.0, 0.18), 0.45, [10, 6], "e1 e2 e3 e4 e5 e6 e7 e8 g1 g2 g3 g4 g5 g6 e24 e23 e22 e21 e20", "灵桂大道 琼文大道 江东大道 美兰大道 新琼路", ""),
];

/// Streets that run along borders of towns: name and corners.
const AVENUES: &[(&str, &str)] = &[
    ("粤海大道", "w7 y6 y5 y4"),
    ("长天路", "y4 y3 y1 s6"),
    ("永万西路", "w10 x4 x3 y3"),
    ("海秀西路", "x3 x2 a18"),
    ("南海大道", "x3 x6 x5 a17 a16 c8 c4"),
    ("丘海大道", "w14 a14 a18 a17 a20 s1"),
    ("海秀中路", "a14 a13"),
    ("龙昆南路", "a7 a13 a15 a16"),
    ("龙昆北路", "w16 a1 a7"),
    ("滨海大道", "a1 a2"),
    ("新华路", "w18 a2"),
    ("解放路", "a2 a3"),
    ("博爱北路", "w19 a3"),
    ("博爱南路", "a3 b1 a5 b5 c3 c4"),
    ("海秀东路", "a7 a6 a5"),
    ("文明东路", "a3 a4 b8"),
    ("和平北路", "w20 a4"),
    ("白龙北路", "a4 b4 b3"),
    ("白龙南路", "b8 b7 w24"),
    ("五公祠路", "b1 b2 b3 b7"),
    ("海府路", "b2 b6"),
    ("国兴大道", "b5 b6 b9 w25"),
    ("红城湖路", "c3 c2 c1 w26"),
    ("凤翔西路", "c4 c5 c6"),
    ("琼州大道", "c1 c6 c7 w28"),
    ("迎宾大道", "c5 d1 d2 d3"),
    ("绕城公路", "s2 d2"),
    ("人民大道", "h12 m1 m2 h5"),
    ("灵桂大道", "g1 g2 g3"),
];

/// A place in metres from degrees.
pub(super) fn metres(lon: f64, lat: f64) -> Spot {
    Spot::new((lon - ORIGIN.0) * METRES.0, (lat - ORIGIN.1) * METRES.1)
}

/// The corners: names and places.
fn corners() -> (Vec<&'static str>, Vec<Spot>) {
    CORNERS
        .split(['|', '\n'])
        .filter_map(|corner| {
            let mut words = corner.split_whitespace();
            let (name, lon, lat) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            Some((name, metres(lon, lat)))
        })
        .unzip()
}

/// The towns as a mesh of one face each, their table, and the avenues between them.
pub(super) fn drawn(blocks: usize, seed: u64) -> (Mesh, Vec<Town>, Vec<Road>) {
    let (names, mut spots) = corners();
    for (corner, spot) in spots.iter_mut().enumerate() {
        let mut dice = Dice::new(seed, "corner", corner as u64);
        *spot = *spot + Spot::new(dice.bell(), dice.bell()) * 22.0;
    }
    let number = |name: &str| names.iter().position(|known| *known == name).map_or(OUTSIDE, |at| at as u32);
    let ring = |text: &str| -> Vec<u32> { text.split_whitespace().map(number).collect() };
    let polygons: Vec<Vec<u32>> = TOWNS
        .iter()
        .map(|row| {
            let mut ring = ring(row.6);
            let closed: Vec<Spot> = ring.iter().chain(ring.first()).map(|&corner| spots[corner as usize]).collect();
            if super::mesh::doubled_area(&closed) < 0.0 {
                ring.reverse();
            }
            ring
        })
        .collect();
    let mut roads = vec![Road { name: "镇街界路".to_owned(), class: Class::Arterial }];
    roads.extend(AVENUES.iter().map(|(name, _)| Road { name: (*name).to_owned(), class: Class::Arterial }));
    let avenues: Vec<Vec<u32>> = AVENUES.iter().map(|(_, text)| ring(text)).collect();
    let mesh = Mesh::new(spots, &polygons, |a, b, land| {
        let along = |way: &Vec<u32>| way.windows(2).any(|pair| pair == [a, b] || pair == [b, a]);
        let wet = |corner: u32| names[corner as usize].starts_with(['w', 'e', 'h', 'n']);
        match avenues.iter().position(along) {
            _ if !land && wet(a) && wet(b) => Kind::Shore,
            _ if !land => Kind::Limit,
            Some(avenue) => Kind::Road(avenue as u32 + 1),
            None => Kind::Road(0),
        }
    });
    (mesh, towns(blocks, seed), roads)
}

/// The table of towns; `blocks` is the number in all, a little more where a town is split finely.
fn towns(blocks: usize, seed: u64) -> Vec<Town> {
    let each = blocks as f64 / TOWNS.iter().map(|row| row.5[0] as f64).sum::<f64>();
    TOWNS
        .iter()
        .enumerate()
        .map(|(at, &(code, name, heart, (reach, slope), busy, [communities, grids], _, streets, known))| Town {
            code: code.to_owned(),
            name: name.to_owned(),
            patrol: grids > 0,
            heart: metres(heart.0, heart.1),
            reach,
            busy,
            grain: Spot::new(1.0, slope),
            communities,
            grids,
            blocks: match communities {
                0 => 16,
                count => (count as f64 * each * Dice::new(seed, "blocks", at as u64).between(0.9, 1.1)) as usize,
            },
            streets: streets.split_whitespace().collect(),
            known: known.split_whitespace().collect(),
        })
        .collect()
}
