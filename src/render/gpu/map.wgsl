// The ground of the map: faces filled, borders and reference lines stroked. Places are lattice points, subtracted as
// whole numbers, so that a float is exact enough at any scale. Within the limits of WebGL 2.

// Faces and borders a row of their textures.
const ROW: u32 = 2048u;
// A source that says for each border by itself which layer draws it.
const EACH: u32 = 16u;
const NO_LAYER: u32 = 255u;

struct View {
    // The lattice point in the middle of the picture, and what the middle is beyond it.
    centre: vec2<i32>,
    fraction: vec2<f32>,
    // Pixels for a cell, east and north.
    scale: vec2<f32>,
    // Of the picture, pixels.
    size: vec2<f32>,
    paper: vec4<f32>,
    pixels_per_point: f32,
    // Layers below those of the borders.
    references: u32,
    spare: vec2<u32>,
    // Half the width, dash, dash and pause: pixels.
    pens: array<vec4<f32>, 16>,
    // Not premultiplied.
    colours: array<vec4<f32>, 16>,
}

struct Source {
    layer: vec4<u32>,
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var paints: texture_2d<f32>;
@group(0) @binding(2) var looks: texture_2d<u32>;
@group(1) @binding(0) var<uniform> source: Source;

// Twice 2^31 cells lie between the ends of the earth: the parts above and below 4096 are subtracted apart.
fn apart(to: vec2<i32>, from_: vec2<i32>) -> vec2<f32> {
    let high = (to >> vec2<u32>(12u)) - (from_ >> vec2<u32>(12u));
    let low = (to & vec2<i32>(4095)) - (from_ & vec2<i32>(4095));
    return vec2<f32>(high) * 4096.0 + vec2<f32>(low);
}

fn pixel(at: vec2<i32>) -> vec2<f32> {
    let off = (apart(at, view.centre) - view.fraction) * view.scale;
    return view.size * 0.5 + vec2<f32>(off.x, -off.y);
}

fn clip(at: vec2<f32>) -> vec4<f32> {
    let place = at / view.size * 2.0 - 1.0;
    return vec4<f32>(place.x, -place.y, 0.0, 1.0);
}

fn cell_of(slot: u32) -> vec2<u32> {
    return vec2<u32>(slot % ROW, slot / ROW);
}

struct Filled {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) paint: vec4<f32>,
}

@vertex
fn fill_vertex(@location(0) at: vec2<i32>, @location(1) face: u32) -> Filled {
    return Filled(clip(pixel(at)), textureLoad(paints, cell_of(face), 0));
}

// As `hatch_cover` of the raster: strokes a point wide on a period of seven.
@fragment
fn fill_fragment(in: Filled) -> @location(0) vec4<f32> {
    let kind = in.paint.a;
    if kind < 0.25 {
        return vec4<f32>(in.paint.rgb, 1.0);
    }
    let period = max(round(7.0 * view.pixels_per_point), 3.0);
    let at = floor(in.position.xy);
    let along = select(at.x - at.y, at.x + at.y, kind > 0.75);
    let off = along - floor(along / period) * period;
    let distance = min(off, period - off) * 0.70710678;
    let cover = clamp(0.5 * view.pixels_per_point + 0.5 - distance, 0.0, 1.0) * (80.0 / 255.0);
    return vec4<f32>(mix(in.paint.rgb, view.paper.rgb, cover), 1.0);
}

struct Stroked {
    @builtin(position) position: vec4<f32>,
    // Pixels along the segment from its start, and away from it.
    @location(0) place: vec2<f32>,
    // Length of the segment, where it begins on its line: pixels.
    @location(1) @interpolate(flat) reach: vec2<f32>,
    @location(2) @interpolate(flat) layer: u32,
}

@vertex
fn line_vertex(
    @builtin(vertex_index) corner: u32,
    @location(0) start: vec2<i32>,
    @location(1) end: vec2<i32>,
    @location(2) border: u32,
    @location(3) along: f32,
) -> Stroked {
    var layer = source.layer.x;
    if layer == EACH {
        let look = textureLoad(looks, cell_of(border), 0).x;
        layer = select(look + view.references, NO_LAYER, look == NO_LAYER);
    }
    if layer == NO_LAYER {
        return Stroked(vec4<f32>(2.0, 2.0, 2.0, 1.0), vec2<f32>(0.0), vec2<f32>(0.0), layer);
    }
    let from_ = pixel(start);
    let way = pixel(end) - from_;
    let long = length(way);
    let ahead = select(vec2<f32>(1.0, 0.0), way / max(long, 1e-9), long > 0.0);
    let aside = vec2<f32>(-ahead.y, ahead.x);
    let rim = view.pens[layer].x + 1.0;
    let place = vec2<f32>(select(-rim, long + rim, (corner & 1u) == 1u), select(-rim, rim, (corner & 2u) == 2u));
    let at = from_ + ahead * place.x + aside * place.y;
    return Stroked(clip(at), place, vec2<f32>(long, along * view.scale.y), layer);
}

struct Masks {
    @location(0) first: vec4<f32>,
    @location(1) second: vec4<f32>,
    @location(2) third: vec4<f32>,
    @location(3) fourth: vec4<f32>,
}

fn channel(layer: u32, first: u32, cover: f32) -> vec4<f32> {
    let at = vec4<u32>(first, first + 1u, first + 2u, first + 3u);
    return select(vec4<f32>(0.0), vec4<f32>(cover), at == vec4<u32>(layer));
}

// A pixel is covered by how near its middle is to the segment, or to the nearest dash of it. Covers of one layer are
// united by their maximum, so that joins and crossings never darken twice.
@fragment
fn line_fragment(in: Stroked) -> Masks {
    let pen = view.pens[in.layer];
    let along = clamp(in.place.x, 0.0, in.reach.x);
    var off = abs(in.place.x - along);
    if pen.z > 0.5 {
        // Half a dash first, so that dashes meet at junctions.
        let place = in.reach.y + along + pen.y * 0.5;
        let phase = place - floor(place / pen.z) * pen.z;
        if phase > pen.y {
            off = max(off, min(phase - pen.y, pen.z - phase));
        }
    }
    let cover = clamp(pen.x + 0.5 - length(vec2<f32>(off, in.place.y)), 0.0, 1.0);
    let layer = in.layer;
    return Masks(channel(layer, 0u, cover), channel(layer, 4u, cover), channel(layer, 8u, cover), channel(layer, 12u, cover));
}

@group(1) @binding(0) var ground: texture_2d<f32>;
@group(1) @binding(1) var first_mask: texture_2d<f32>;
@group(1) @binding(2) var second_mask: texture_2d<f32>;
@group(1) @binding(3) var third_mask: texture_2d<f32>;
@group(1) @binding(4) var fourth_mask: texture_2d<f32>;

@vertex
fn whole_vertex(@builtin(vertex_index) corner: u32) -> @builtin(position) vec4<f32> {
    return vec4<f32>(f32((corner & 1u) * 4u) - 1.0, f32((corner & 2u) * 2u) - 1.0, 0.0, 1.0);
}

fn laid(below: vec3<f32>, mask: vec4<f32>, first: u32) -> vec3<f32> {
    var colour = below;
    for (var at = 0u; at < 4u; at++) {
        let pen = view.colours[first + at];
        colour = mix(colour, pen.rgb, mask[at] * pen.a);
    }
    return colour;
}

@fragment
fn whole_fragment(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let at = vec2<i32>(position.xy);
    var colour = textureLoad(ground, at, 0).rgb;
    colour = laid(colour, textureLoad(first_mask, at, 0), 0u);
    colour = laid(colour, textureLoad(second_mask, at, 0), 4u);
    colour = laid(colour, textureLoad(third_mask, at, 0), 8u);
    colour = laid(colour, textureLoad(fourth_mask, at, 0), 12u);
    return vec4<f32>(colour, 1.0);
}
