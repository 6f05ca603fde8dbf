//! Codes of the form their tier asks for.

use crate::base::{Problem, Rule, Severity, Text};
use crate::edit::home;
use crate::model::{CodeForm, Plan, Tier, ZoneId};
use crate::topology::FaceId;

/// Up to so many codes are named.
const NAMED: usize = 3;
/// Digits of the number behind the code of the zone above.
const NUMBER: usize = 3;

/// Codes of a tier that are not of the form [`Checking::codes`](crate::model::Checking::codes) asks for: one sentence for
/// those of a wrong build, one for those that belong below another zone. O(faces).
#[must_use]
pub fn forms(plan: &Plan, at: usize) -> Vec<Problem> {
    let Some(tier) = plan.tiers.get(at) else { return Vec::new() };
    let form = plan.settings.checking.form(&tier.name);
    let (mut built, mut elsewhere) = (Vec::new(), Vec::new());
    let faces = if form.above().is_some() { tier.faces_by_zone() } else { Vec::new() };
    for (id, zone) in tier.zones.iter().filter(|(_, zone)| !zone.code.is_empty()) {
        if !is_built(form, &zone.code) {
            built.push(id);
        } else if above(plan, form, faces.get(id.0 as usize)).is_some_and(|above| !zone.code.starts_with(above)) {
            elsewhere.push(id);
        }
    }
    let asks = form.title();
    let built = sentence(plan, tier, &built, |count, codes| {
        Text::new(
            format!("{count} codes are not of the form {}: {codes}", asks.en),
            format!("{count} 个编码不符合格式“{}”:{codes}", asks.zh),
        )
    });
    let elsewhere = sentence(plan, tier, &elsewhere, |count, codes| {
        Text::new(
            format!("{count} codes do not begin with the code of the zone above: {codes}"),
            format!("{count} 个编码的前段与所属上级编码不符:{codes}"),
        )
    });
    built.into_iter().chain(elsewhere).collect()
}

/// Whether a code is built as a form asks.
fn is_built(form: CodeForm, code: &str) -> bool {
    let digits = |count: usize| code.len() == count && code.bytes().all(|byte| byte.is_ascii_digit());
    match form {
        CodeForm::Free => true,
        CodeForm::Fifteen => {
            code.len() == 15 && code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        }
        CodeForm::BelowCommunity | CodeForm::BelowTown => form.above().is_some_and(|(above, _)| digits(above + NUMBER)),
    }
}

/// The code of the zone above that holds most of a zone, where it is one that others can begin with.
fn above<'a>(plan: &'a Plan, form: CodeForm, faces: Option<&Vec<FaceId>>) -> Option<&'a str> {
    let (digits, role) = form.above()?;
    let (up, parent) = plan.tier_of(role)?;
    let code = parent.zones.get(home(plan, up, faces?)?)?.code.as_str();
    (code.len() == digits).then_some(code)
}

fn sentence(plan: &Plan, tier: &Tier, zones: &[ZoneId], say: impl Fn(usize, &str) -> Text) -> Option<Problem> {
    let first = *zones.first()?;
    let codes: Vec<String> =
        zones.iter().filter_map(|&zone| tier.zones.get(zone)).map(|zone| zone.code.clone()).collect();
    let shown = codes.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let shown = if codes.len() > NAMED { format!("{shown}…") } else { shown };
    let place = tier.faces_of(first).first().and_then(|&face| plan.coverage.point_in(face));
    let reason = say(codes.len(), &shown);
    Some(Problem {
        tier: Some(tier.name.clone()),
        zones: codes,
        place: place.map(Into::into),
        remedies: vec![Text::new("Renumber, or ask for another form of codes", "重新编码,或另选编码格式")],
        ..Problem::new(Rule::MalformedCode, Severity::Error, reason)
    })
}
