//! Working copies: work is never offered wrongly or kept quiet.

use std::path::{Path, PathBuf};

use eframe::egui::Vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::tempdir;
use wangge::base::{Lang, Progress};
use wangge::io::journal::{self, Base, Journal};
use wangge::io::{hold, project};
use wangge::ui::{App, Command, Start, What, Words};

use super::{names, run, save};
use crate::window::{INTO, command_key, drag, settle, squares};

/// A window on what is asked for, with a state folder; nothing has ended yet in it.
fn begun(what: What, state: &Path) -> Harness<'static, App> {
    let start = Start { what, lang: Some(Lang::Zh), state: Some(state.to_owned()), ..Start::default() };
    let mut window = Harness::builder().with_size(Vec2::new(1366.0, 768.0)).build_eframe(|cc| App::new(cc, start));
    window.run_steps(2);
    window
}

/// The same, its jobs ended.
fn window(what: What, state: &Path) -> Harness<'static, App> {
    let mut window = begun(what, state);
    settle(&mut window);
    window
}

fn on(file: &Path) -> What {
    What::Files(vec![file.to_owned()], Box::default())
}

fn anything() -> What {
    What::Plan(Box::new(squares::plan(8)))
}

/// Blocks beside the first grid.
const BLOCKS: [(usize, usize); 4] = [(2, 0), (2, 1), (0, 2), (1, 2)];

/// Takes the brush for the first grid.
fn take_brush(window: &mut Harness<'_, App>) {
    window.get_by_label("网格1").click();
    settle(window);
    command_key(window, Command::Fit);
    command_key(window, Command::PaintTool);
}

/// Gives the first grid a block, another each time.
fn edit(window: &mut Harness<'_, App>, time: usize) {
    let before = window.state().document().history.records().len();
    drag(window, &[BLOCKS[time], BLOCKS[time]], INTO);
    assert!(window.state().document().history.records().len() > before, "the stroke did nothing");
}

/// The same; all that is said of it so far.
fn edit_and_look(window: &mut Harness<'_, App>, time: usize, said: &str) -> Option<String> {
    let at = window.state().screen_position(squares::corner(BLOCKS[time].0, BLOCKS[time].1)) + INTO;
    window.drag_at(at);
    window.run_steps(1);
    window.hover_at(at);
    window.run_steps(1);
    window.drop_at(at);
    let mut found = None;
    for _ in 0..400 {
        window.run_steps(1);
        if found.is_some() {
            break;
        }
        std::thread::yield_now();
        let text = window.query_by_label_contains(said).map(|node| {
            let node = node.accesskit_node();
            node.value().or(node.label()).unwrap_or_default()
        });
        found = found.or(text);
    }
    settle(window);
    found
}

fn hash(window: &Harness<'_, App>) -> u64 {
    window.state().document().plan.canonical_hash()
}

fn is_asked(window: &Harness<'_, App>) -> bool {
    window.query_by_label(Words::of(Lang::Zh).recover_restore).is_some()
}

fn answer(window: &mut Harness<'_, App>, word: &str) {
    window.get_by_label(word).click();
    settle(window);
}

fn restore(window: &mut Harness<'_, App>) {
    answer(window, Words::of(Lang::Zh).recover_restore);
}

fn journals(state: &Path) -> Vec<String> {
    names(state).into_iter().filter(|name| name.ends_with(".journal")).collect()
}

fn project_in(folder: &Path) -> PathBuf {
    save(&squares::plan(8), &folder.join("方案.gpkg"))
}

#[test]
fn attacks_j_saving_gives_up_the_whole_chain_of_working_copies() {
    for kills in 1..4 {
        let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
        let file = project_in(folder.path());
        let mut last = 0;
        for kill in 0..kills {
            let mut window = window(on(&file), state.path());
            if kill > 0 {
                restore(&mut window);
                assert_eq!(hash(&window), last, "kill {kill}: the newest work is offered");
            }
            take_brush(&mut window);
            edit(&mut window, kill);
            last = hash(&window);
        }
        let mut saving = window(on(&file), state.path());
        restore(&mut saving);
        assert_eq!(hash(&saving), last);
        command_key(&mut saving, Command::Save);
        assert!(!saving.state().document().is_unsaved());
        drop(saving);
        assert_eq!(journals(state.path()), Vec::<String>::new(), "after {kills} kills");
        let after = window(on(&file), state.path());
        assert!(!is_asked(&after), "after {kills} kills older work is offered");
        assert_eq!(hash(&after), last);
    }
}

#[test]
fn attacks_j_what_is_discarded_is_discarded_whole_and_later_keeps_it() {
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let file = project_in(folder.path());
    edit_from_the_start(&file, state.path());
    let mut second = window(on(&file), state.path());
    restore(&mut second);
    edit_more(&mut second);
    let last = hash(&second);
    drop(second);
    let mut later = window(on(&file), state.path());
    answer(&mut later, Words::of(Lang::Zh).recover_later);
    assert!(!is_asked(&later), "asked twice");
    drop(later);
    let mut third = window(on(&file), state.path());
    restore(&mut third);
    assert_eq!(hash(&third), last);
    drop(third);
    let mut fourth = window(on(&file), state.path());
    answer(&mut fourth, Words::of(Lang::Zh).recover_discard);
    drop(fourth);
    assert_eq!(journals(state.path()), Vec::<String>::new());
}

fn edit_from_the_start(file: &Path, state: &Path) -> u64 {
    let mut window = window(on(file), state);
    take_brush(&mut window);
    edit(&mut window, 0);
    hash(&window)
}

fn edit_more(window: &mut Harness<'_, App>) {
    take_brush(window);
    edit(window, 1);
}

#[test]
fn attacks_k_work_of_a_project_that_was_renamed_or_moved_is_offered_when_it_is_opened() {
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let file = project_in(folder.path());
    let worked = edit_from_the_start(&file, state.path());
    let moved = folder.path().join("另一处");
    std::fs::create_dir(&moved).unwrap();
    let moved = moved.join("改名.gpkg");
    std::fs::rename(&file, &moved).unwrap();
    // It is said that work waits, by the file it waits for.
    let waiting = begun(anything(), state.path());
    assert!(!is_asked(&waiting));
    assert!(waiting.query_by_label_contains("方案.gpkg 有 1 步操作未保存").is_some());
    drop(waiting);
    // Another project is none of its business.
    let mut other = squares::plan(8);
    other.name = "别的".into();
    let other = save(&other, &folder.path().join("别的.gpkg"));
    assert!(!is_asked(&window(on(&other), state.path())));
    let mut found = window(on(&moved), state.path());
    assert!(is_asked(&found));
    restore(&mut found);
    let document = found.state().document();
    assert_eq!(document.plan.canonical_hash(), worked);
    assert_eq!(document.project.as_ref().unwrap().path, moved);
    command_key(&mut found, Command::Save);
    drop(found);
    assert_eq!(journals(state.path()), Vec::<String>::new());
    assert_eq!(project::open(&moved, &Progress::default()).unwrap().plan.canonical_hash(), worked);
    assert!(!file.exists());
}

#[test]
fn attacks_k_work_of_a_drive_that_is_not_there_waits_for_it() {
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let drive = folder.path().join("drive");
    std::fs::create_dir(&drive).unwrap();
    let file = project_in(&drive);
    let worked = edit_from_the_start(&file, state.path());
    let away = folder.path().join("away");
    std::fs::rename(&drive, &away).unwrap();
    for _ in 0..2 {
        let waiting = begun(anything(), state.path());
        assert!(!is_asked(&waiting));
        assert!(waiting.query_by_label_contains("该文件不在原处").is_some());
    }
    let (code, said) = run_copies(folder.path(), state.path(), &["copies"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("方案.gpkg") && said.contains("1 steps"), "{said}");
    std::fs::rename(&away, &drive).unwrap();
    let mut back = window(anything(), state.path());
    assert!(is_asked(&back));
    restore(&mut back);
    assert_eq!(hash(&back), worked);
}

#[test]
fn attacks_k_work_that_cannot_be_read_is_said() {
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let file = project_in(folder.path());
    edit_from_the_start(&file, state.path());
    std::fs::write(&file, "no project any more").unwrap();
    let told = begun(anything(), state.path());
    assert!(!is_asked(&told));
    assert!(told.query_by_label_contains("无法恢复").is_some());
    drop(told);
    assert_eq!(journals(state.path()).len(), 1, "nothing is thrown away");
}

fn run_copies(folder: &Path, state: &Path, args: &[&str]) -> (i32, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wangge"))
        .args(args)
        .current_dir(folder)
        .env("WANGGE_STATE", state)
        .output()
        .unwrap();
    super::told(&output)
}

#[test]
fn attacks_n_a_working_copy_that_failed_once_is_tried_again_and_the_title_says_so() {
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let file = project_in(folder.path());
    // A file stands where the folder is to be.
    let state = state.path().join("state");
    std::fs::write(&state, "x").unwrap();
    let words = Words::of(Lang::Zh);
    let mut failing = window(on(&file), &state);
    assert!(!failing.state().shown_title().contains(words.not_kept));
    take_brush(&mut failing);
    // X: in the language of the window.
    let said = edit_and_look(&mut failing, 0, words.copy_failed).unwrap();
    assert!(failing.state().shown_title().contains(words.not_kept), "{}", failing.state().shown_title());
    assert!(!said.chars().any(|c| c.is_ascii_alphabetic()), "{said}");
    edit(&mut failing, 1);
    assert!(failing.state().shown_title().contains(words.not_kept), "the mark lasts");
    std::fs::remove_file(&state).unwrap();
    edit(&mut failing, 2);
    assert!(!failing.state().shown_title().contains(words.not_kept));
    let worked = hash(&failing);
    drop(failing);
    let mut restored = window(on(&file), &state);
    restore(&mut restored);
    assert_eq!(hash(&restored), worked, "all steps are there");
    assert_eq!(restored.state().document().history.records().len(), 3);
}

#[test]
fn attacks_n_a_state_folder_that_was_cleared_is_filled_again() {
    let (folder, state) = (tempdir().unwrap(), tempdir().unwrap());
    let file = project_in(folder.path());
    let mut at_work = window(on(&file), state.path());
    take_brush(&mut at_work);
    edit(&mut at_work, 0);
    for name in names(state.path()) {
        std::fs::remove_file(state.path().join(name)).unwrap();
    }
    edit(&mut at_work, 1);
    let worked = hash(&at_work);
    drop(at_work);
    let mut restored = window(on(&file), state.path());
    restore(&mut restored);
    assert_eq!(hash(&restored), worked);
}

/// The child of the next test: keeps steps until it is told to stop. Does nothing when the tests are run by hand.
#[test]
fn keeper() {
    let Some(folder) = std::env::var_os("WANGGE_TEST_KEEPER") else { return };
    let folder = Path::new(&folder);
    let mut plan = squares::plan(8);
    let mut history = wangge::edit::History::default();
    let copy = folder.join("x.journal");
    let journal = Journal::begin(&copy, Base::Plan(&plan, &history, None)).unwrap();
    let mut failed = 0;
    for number in 0.. {
        let name = format!("{number}{}", "名".repeat(20_000));
        let zone = wangge::model::ZoneId(0);
        let code = plan.tiers[1].zones.get(zone).unwrap().code.clone();
        let attributes = wangge::model::Attributes::default();
        let rename = wangge::edit::Command::SetZone { tier: 1, zone, code, name, attributes };
        let done = crate::edit::apply(&plan, &rename).unwrap();
        let kept = journal.append(&done.record);
        plan = done.plan;
        history.push(done.record);
        match kept {
            Err(error) => {
                assert!(error.text().zh.contains("磁盘"), "{}", error.text().zh);
                failed += 1;
            }
            Ok(()) if failed > 0 => break,
            Ok(()) => {}
        }
        if failed == 1 {
            println!("full");
        }
        if failed > 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
    println!("kept {} {:016x}", history.records().len(), plan.canonical_hash());
}

#[cfg(target_os = "linux")]
#[test]
fn attacks_n_a_full_state_folder_loses_no_step_once_there_is_room() {
    use std::io::{BufRead as _, BufReader};
    let folder = tempdir().unwrap();
    let child = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -S -f 2000; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["cases::outputs::copies::keeper", "--exact", "--nocapture"])
        .env("WANGGE_TEST_KEEPER", folder.path())
        .stdout(std::process::Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let full = lines.find(|line| line.contains("full"));
    assert!(full.is_some(), "the folder was never full");
    let room =
        std::process::Command::new("prlimit").args(["--pid", &child.id().to_string(), "--fsize=unlimited"]).status();
    if !room.is_ok_and(|room| room.success()) {
        child.kill().unwrap();
        child.wait().unwrap();
        return println!("SKIPPED: prlimit is not installed");
    }
    let told = lines.find_map(|line| line.strip_prefix("kept ").map(str::to_owned)).unwrap();
    assert!(child.wait().unwrap().success());
    let recovered = journal::recover(&folder.path().join("x.journal"), &Progress::default()).unwrap().unwrap();
    let found = format!("{} {:016x}", recovered.history.records().len(), recovered.plan.canonical_hash());
    assert_eq!(found, told, "every step, those of the full folder too");
}

#[test]
fn attacks_x_errors_of_the_working_copy_are_said_in_both_languages() {
    let folder = tempdir().unwrap();
    let plan = squares::plan(8);
    let history = wangge::edit::History::default();
    std::fs::write(folder.path().join("file"), "x").unwrap();
    let copy = folder.path().join("a.journal");
    let held = Journal::begin(&copy, Base::Plan(&plan, &history, None)).unwrap();
    let no_folder = Journal::begin(&folder.path().join("file/a.journal"), Base::Plan(&plan, &history, None));
    let in_use = Journal::begin(&copy, Base::Plan(&plan, &history, None));
    drop(held);
    std::fs::write(folder.path().join("b.journal"), vec![7; 9000]).unwrap();
    let damaged = journal::recover(&folder.path().join("b.journal"), &Progress::default()).map(drop);
    for error in [no_folder.map(drop), in_use.map(drop), damaged] {
        let text = error.unwrap_err().text();
        assert!(!text.zh.chars().any(|c| c.is_ascii_alphabetic()), "{}", text.zh);
        assert!(!text.en.is_empty() && text.en.is_ascii(), "{}", text.en);
    }
}

#[cfg(unix)]
#[test]
fn attacks_v_what_the_program_keeps_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempdir().unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    // The log is begun before it is known that there is no display.
    let (code, said) = run(folder.path(), &[crate::cases::nine().to_str().unwrap()]);
    assert!(code < 2, "{said}");
    let state = folder.path().join("state/wangge");
    assert_eq!((mode(&state), mode(&state.join("logs"))), (0o700, 0o700));
    let plan = squares::plan(8);
    let history = wangge::edit::History::default();
    let copy = journal::path_of(&state, Some(Path::new("plan.gpkg")));
    let _held = hold::hold(&copy).unwrap();
    let _kept = Journal::begin(&copy, Base::Plan(&plan, &history, None)).unwrap();
    let mut looked_at = 0;
    for folder in [&state, &state.join("logs")] {
        for name in names(folder).iter().filter(|name| *name != "logs") {
            assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
            looked_at += 1;
        }
    }
    assert!(looked_at >= 5, "{looked_at}");
    // What an earlier version left open is closed.
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(state.join("logs/wangge.log"), std::fs::Permissions::from_mode(0o644)).unwrap();
    run(folder.path(), &[crate::cases::nine().to_str().unwrap()]);
    assert_eq!((mode(&state), mode(&state.join("logs/wangge.log"))), (0o700, 0o600));
}

#[test]
fn attacks_p_a_project_with_a_long_name_has_a_working_copy() {
    let folder = tempdir().unwrap();
    let name = format!("{}.gpkg", "网".repeat(83));
    let copy = journal::path_of(folder.path(), Some(Path::new(&name)));
    let history = wangge::edit::History::default();
    let _held = hold::hold(&copy).unwrap();
    Journal::begin(&copy, Base::Plan(&squares::plan(8), &history, None)).unwrap();
}
