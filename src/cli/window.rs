//! `wangge [FILES|PROJECT]`: the window; where there is none, the same work without it.

use std::path::Path;

use super::inputs::{Inputs, text};
use super::{Failure, Outcome, check, demo, note, print};
use crate::base::Lang;
use crate::render::Backend;

/// What `--help` prints.
const HELP: &str = "\
wangge 网格: plan a city's responsibility grids

wangge [FILES|PROJECT]      the window; without files, what was open last, at first the sample city
       [--backend auto|gpu|raster]
                            what draws the map: the graphics card where there is one, or always one of the two
       --trace              prints how long its own thread works for a frame, once it is closed
wangge demo [--out DIR]     the main job on the sample city, no window
wangge info FILES           what is in them
wangge check FILES [--tier NAME=FILE]... [--tolerance M] [--gap-width M] [--nest label|overlay|reference]
             [--codes TIER=free|15|12+3|9+3]... [--severity RULE=error|warning|note|off]... [--within PCT]
                            all problems; --within: grids whose work is further off the mean of their town
wangge clean FILES -o OUT [--tolerance M] [--overlaps code|larger|border] [--gaps M2] [--gap-width M]
             [--nest label|overlay|reference] [--dissolve KEY]
                            repair, and list every repair; closed are gaps below --gaps (1 m²) or narrower than
                            --gap-width (1 m; where it is given, strips open at
                            their ends too); with --nest the files are made one map first;
                            --dissolve: zones of one value of a property are written as one
wangge locate --zones FILE --points FILE [--key FIELD] [--counts OUT] [-o OUT]
                            which zone each point is in
wangge rebalance PROJECT|--zones FILE --units FILE [--incidents FILE] [--tier grid|squad]
                 [--budget PCT] [--within PCT] [--whole WEIGHT] [--town CODE]... [--barrier LAYER]... [--frontier]
                 [--alternatives] [--binding] [--band LO-HI[households]] [--together CODE,CODE]... [--apart CODE,CODE]...
                 [-k MIN-MAX] [--seed N] [--epochs N | --time S] -o OUT
wangge partition --graph G.json -k K|MIN-MAX [--weight FIELD] [--lower L --upper U | --within PCT]
                 [--objective cut|length|inertia|polsby-popper|travel] [--together UNIT,UNIT]... [--apart UNIT,UNIT]...
                 [--seed N] [--epochs N | --time S] -o LABELS
wangge export PROJECT --format geojson|shp|gpkg|kml|topojson|fgb|xlsx|csv|pdf|svg|html|project|changes [--tier NAME]
              [--crs-out EPSG|GCJ-02] [--polygons-only] [--fields FIELD,...] [--rename OLD=NEW] [--certificate]
              [--accept REASON]
              [--paper A3|A4|A0] [--each] [--maker NAME] [--date DATE] [--lang zh|en] -o OUT
wangge hand-out PROJECT -o DIR   a package for each town: its own land open, all else locked
wangge take-back PROJECT PACKAGES... -o OUT
                            their work laid together; what was changed twice is listed
wangge verify CERTIFICATE FILES   what was certified, still the same? files, or the folders they lie in
wangge purge PROJECT        takes people out of the project, its history and its working copies, for good
wangge copies               unsaved work that waits in the state folder, and for which project
wangge sample [--units N] [--towns N] [--grids N] [--incidents N] [--dirt M] [--seed N] -o DIR

FILES: GeoJSON, TopoJSON, Shapefile, GeoPackage, KML/KMZ, GPX, FlatGeobuf, CSV, TSV, XLSX; folders and ZIP archives of them.
--encoding FILE=NAME says what a file is written in (UTF-8, GB18030, Big5, Shift_JIS, EUC-KR), where a short text does not tell.
--column FILE:ROLE=NAME says what a column of a table holds where its name and values do not tell: lon, lat, coordinates (both in one cell), lat-lon, time, class, source, zone, code, name and others; day-first, month-first and utc+8 say how its times are written.
--crs FILE=EPSG says what coordinate system a file is in (4546, 32649, 3857, GCJ-02, BD-09); --control FILE=POINTS fits a
local one on points (east, north, longitude, latitude a line) and says how far each is off; --personal keeps columns about
people, in the plan and its project alone: packages have none, exports where export --personal asks for them.

--json prints one object for programs. Exit: 0 well, 1 problems found, 2 cannot read or bad arguments, 3 refused.
";

/// Runs the program without a command word.
pub(super) fn run(args: lexopt::Parser) -> Outcome {
    let (mut asked, mut traced, mut backend) = (None, false, None);
    let inputs = Inputs::parse(args, |name, args| {
        if name == "trace" {
            traced = true;
            return Ok(true);
        }
        if name == "backend" {
            backend = Some(named(&text(args)?)?);
            return Ok(true);
        }
        asked = Some(match name {
            "h" | "help" => HELP.to_owned(),
            "V" | "version" => format!("wangge {}\n", env!("CARGO_PKG_VERSION")),
            _ => return Ok(false),
        });
        Ok(true)
    })?;
    if let Some(text) = asked {
        print(&text);
        return Ok(super::Exit::Well);
    }
    if let Some(why) = show(&inputs, traced, backend)? {
        note(&why);
        return without(&inputs);
    }
    Ok(super::Exit::Well)
}

fn named(name: &str) -> Result<Backend, Failure> {
    let known = Backend::named(name);
    known.ok_or_else(|| Failure::File(format!("--backend wants auto, gpu or raster; it got {name}")))
}

/// Opens the window until it is closed. Where none can be opened: why, in both languages.
#[cfg(feature = "ui")]
fn show(inputs: &Inputs, traced: bool, backend: Option<Backend>) -> Result<Option<String>, Failure> {
    use crate::ui::{Start, Trace, What, WindowError};
    use std::sync::{Arc, Mutex};
    let trace = traced.then(|| Arc::new(Mutex::new(Trace::begin())));
    let state = crate::io::journal::folder();
    let logs = state.as_ref().map(|folder| folder.join("logs"));
    if let Some(folder) = &logs {
        crate::ui::keep_log(folder);
    }
    let Inputs { paths, options, .. } = inputs;
    let what = if paths.is_empty() { What::Last } else { What::Files(paths.clone(), Box::new(options.clone())) };
    let both = |error: &WindowError| format!("{}\n{}", error.text().en, error.text().zh);
    let sample = super::sample::embedded();
    let start = Start { what, lang: None, sample, state, logs, tour: true, backend, trace: trace.clone() };
    let ended = crate::ui::run(start);
    if let Some(trace) = trace.as_ref().and_then(|trace| trace.lock().ok()) {
        note(&trace.text().en);
    }
    match ended {
        Ok(()) => Ok(None),
        Err(error @ WindowError::Crashed(_)) => Err(Failure::File(both(&error))),
        Err(error) => Ok(Some(both(&error))),
    }
}

#[cfg(not(feature = "ui"))]
fn show(_inputs: &Inputs, _traced: bool, _backend: Option<Backend>) -> Result<Option<String>, Failure> {
    Ok(Some("this wangge was built without its window, so no display is used\n此版本未包含窗口".to_owned()))
}

/// The sample's whole main job, or the problems of the files named.
fn without(inputs: &Inputs) -> Outcome {
    if inputs.paths.is_empty() {
        note(
            "doing the main job on the sample city without it (wangge demo)\n改为在无窗口方式下完成示例城市的主要工作",
        );
        return demo::demo(Path::new("wangge-demo"), Lang::Zh, inputs.json);
    }
    note("checking the files without it (wangge check)\n改为在无窗口方式下检查文件");
    check::report(inputs)
}
