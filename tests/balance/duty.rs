//! Queues, needs, shift patterns and starts.

use wangge::balance::WEEK;
use wangge::balance::duty::{
    Limits, Rota, erlang_b, erlang_c, hours_words, lagged, late_share, least_missing, mean_wait, needs, patterns, rota,
    starts,
};
use wangge::model::Standard;

use crate::data::shared;

#[test]
fn erlang_matches_the_table() {
    let Some(table) = shared("bench/hypercube/erlang_c_vectors.csv") else { return };
    let mut rows = 0;
    for row in csv::Reader::from_path(table).unwrap().records() {
        let row = row.unwrap();
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let (load, servers) = (number(0), number(1) as u32);
        assert!((erlang_b(load, servers) - number(2)).abs() < 1e-6, "B({load}, {servers})");
        if load < f64::from(servers) {
            assert!((erlang_c(load, servers) - number(3)).abs() < 1e-6, "C({load}, {servers})");
            assert!((mean_wait(load, servers) - number(4)).abs() < 1e-6, "W({load}, {servers})");
        }
        rows += 1;
    }
    assert!(rows > 10);
}

#[test]
fn lag_moves_work_later_and_loses_none() {
    let mut calls = vec![0.0; WEEK];
    calls[10] = 6.0;
    let bound = lagged(&calls, 90.0);
    assert!((bound.iter().sum::<f64>() - 6.0).abs() < 1e-9);
    assert!(bound[10] < 3.0 && bound[11] > bound[12] && bound[12] > bound[13] && bound[13] > 0.0 && bound[9] < 1e-9);
    // An even week stays as it is.
    assert!(lagged(&[2.5; WEEK], 40.0).iter().all(|bound| (bound - 2.5).abs() < 1e-9));
}

#[test]
fn the_need_keeps_the_promise_with_the_fewest_squads() {
    let standard = Standard::default();
    let calls: Vec<f64> = (0..WEEK).map(|hour| f64::from((hour % 24) as u32) / 6.0).collect();
    let wait = standard.wait_minutes / standard.call_minutes;
    for (need, load) in needs(&calls, 0.4, &standard).into_iter().zip(lagged(&calls, standard.call_minutes)) {
        assert!(
            late_share(load, need, wait) <= standard.late && (load + 0.4) / f64::from(need) <= standard.filled + 1e-9
        );
        let fewer = need - 1;
        let too_few = late_share(load, fewer, wait) > standard.late || load + 0.4 > standard.filled * f64::from(fewer);
        assert!(too_few || fewer < standard.least);
    }
}

/// 四班三运转 is 42 hours a week and four people a post (168 / 42); all patterns keep one crew on duty at every hour.
#[test]
fn patterns_fill_every_hour() {
    let patterns = patterns();
    for pattern in &patterns {
        let crewed = pattern.crewed().unwrap();
        assert_eq!(crewed.on_duty, (1, 1), "{}", pattern.name.en);
        assert!((crewed.people_per_post * crewed.hours_per_week - 168.0).abs() < 1e-9);
        assert!((crewed.people_per_post - f64::from(pattern.crews)).abs() < 1e-9, "{}", pattern.name.en);
    }
    let four = patterns.iter().find(|pattern| pattern.name.zh == "四班三运转").unwrap();
    assert!((four.crewed().unwrap().hours_per_week - 42.0).abs() < 1e-9);
    // 18 % leave and training: 4 / 0.82 people a post; a squad of nine always on the street takes 36 without leave.
    assert_eq!(four.people(1, 0.18), Some(5));
    assert_eq!(four.people(9, 0.0), Some(36));
}

#[test]
fn shift_starts_cover_the_need_at_least_cost() {
    // Three blocks of eight hours need 2, 3 and 1 squads: shifts of eight hours fit without an hour wasted.
    let need: Vec<u32> = (0..WEEK).map(|hour| [2, 3, 1][hour % 24 / 8]).collect();
    let covered = starts(&need, &(0..24).collect::<Vec<_>>(), &[8], 3.0).unwrap();
    assert!(covered.proven);
    assert_eq!((covered.over, covered.under), (0, 0));
    assert_eq!(covered.on_duty, need);
    // Where shifts may only start at midnight, day by day, the best is found by trying each number alone.
    let covered = starts(&need, &[0], &[24], 3.0).unwrap();
    let cost = |squads: u32| -> u32 {
        24 * squads + 3 * [2_u32, 3, 1].iter().map(|need| 8 * need.saturating_sub(squads)).sum::<u32>()
    };
    let least = (0..4).map(cost).min().unwrap();
    let spent: u32 = covered.on_duty.iter().sum::<u32>() + 3 * covered.under as u32;
    assert_eq!(spent, 7 * least);
}

#[test]
fn a_rota_by_a_pattern_repeats_its_cycle_whatever_week_it_is() {
    let pattern = patterns().into_iter().find(|pattern| pattern.name.zh == "四班三运转").unwrap();
    for first in [0, 3, 20_000] {
        let rota = Rota::of_pattern(&pattern, 4, first, 7);
        // One crew of four at every hour, also where a turn of the day before reaches into the week.
        assert!(rota.on_duty().iter().all(|&(duty, patrol)| (duty, patrol) == (1, 1)), "{first}");
        for (crew, turns) in rota.turns.iter().enumerate() {
            let expected: Vec<_> = (first..first + 7).map(|day| pattern.turn(crew, day)).collect();
            assert_eq!(*turns, expected);
        }
    }
    // Two squads in a pattern of four crews leave half of the hours to nobody.
    let rota = Rota::of_pattern(&pattern, 2, 0, 8);
    assert_eq!(rota.on_duty().iter().filter(|duty| duty.0 == 0).count(), 96);
}

#[test]
fn a_rota_by_need_keeps_its_limits_and_is_held_against_a_bound() {
    let need: Vec<u32> = (0..WEEK).map(|hour| if (8..20).contains(&(hour % 24)) { 2 } else { 1 }).collect();
    let limits = Limits::default();
    for squads in [1, 2, 5, 8] {
        let rota = rota(&need, squads, &limits);
        let missing = rota.missing(&need);
        assert!(missing >= least_missing(&need, squads, &limits), "{squads}");
        for (squad, turns) in rota.turns.iter().enumerate() {
            assert!(rota.hours(squad) <= limits.hours);
            let spans: Vec<(i64, i64)> = (0..3)
                .flat_map(|week| turns.iter().enumerate().map(move |(day, turn)| (week * 7 + day as i64, *turn)))
                .filter_map(|(day, turn)| {
                    let turn = turn?;
                    let start = day * 24 + i64::from(turn.start);
                    Some((start, start + i64::from(turn.hours)))
                })
                .collect();
            assert!(spans.windows(2).all(|pair| pair[0].1 + i64::from(limits.rest) <= pair[1].0));
        }
        // 252 squad hours are needed: six squads and more can give them, and do but for a few hours.
        assert!(squads < 8 || missing <= 12, "{missing} hours are missing with {squads} squads");
        assert_eq!(rota, wangge::balance::duty::rota(&need, squads, &limits));
    }
}

#[test]
fn hours_are_told_by_days_alike() {
    let night: Vec<usize> = (0..WEEK).filter(|hour| !(6..22).contains(&(hour % 24))).collect();
    assert_eq!(hours_words(&night).zh, "周一至周日 0:00—6:00、22:00—24:00");
    let tuesday: Vec<usize> = (24 + 18..48).chain(48..48 + 6).collect();
    assert_eq!(hours_words(&tuesday).zh, "周二 18:00—24:00，周三 0:00—6:00");
    assert_eq!(hours_words(&tuesday).en, "Tue 18:00–24:00; Wed 0:00–6:00");
    assert_eq!(hours_words(&[]).zh, "");
}
