//! Moves as the command that does them.

use crate::base::Text;
use crate::edit::Command;
use crate::model::{Plan, Role};

use super::{Given, Move, Rebalanced};

impl Rebalanced {
    /// All moves as one command with one sentence.
    #[must_use]
    pub fn command(&self, plan: &Plan) -> Command {
        accept(plan, &self.moves)
    }
}

/// The moves a planner accepts, in their order, as one command.
#[must_use]
pub fn accept(plan: &Plan, moves: &[Move]) -> Command {
    let tier = plan.tier_of(Role::Grid).map_or(plan.base, |(at, _)| at);
    let commands = moves
        .iter()
        .map(|one| match &one.given {
            Given::Land { faces, to, .. } => Command::Paint { tier, faces: faces.clone(), to: Some(*to) },
            Given::Beat { grid, to, .. } => Command::Beat { grid: *grid, squad: Some(*to) },
        })
        .collect();
    let sentence = Text::new(format!("Rebalanced: {} moves", moves.len()), format!("均衡调整:{} 项", moves.len()));
    Command::Many { sentence, commands }
}
