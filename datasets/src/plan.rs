//! Which person carries which scene.

use crate::chunk::county_of;
use crate::dice::{Dice, Purpose};
use crate::{KINDS, Kind, Options};

/// Scenes of each kind in the smallest data set.
const LEAST: u32 = 3;

/// A person's part in what is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    /// Position in [`KINDS`].
    pub(crate) kind: u16,
    /// The person's place among those who share the event.
    pub(crate) place: u16,
    /// Number of the event among those of its kind.
    pub(crate) event: u32,
}

/// At most one scene for every two persons; the second of a pair may be needed as a twin.
pub(crate) struct Plan {
    by_pair: Vec<Option<Scene>>,
}

impl Plan {
    /// Persons are dealt to the events by a shuffle, those of one event from one county. When there are fewer pairs than scenes, every kind gets
    /// one event before any gets two.
    pub(crate) fn new(options: &Options, persons: u32, counties: u32) -> Self {
        let mut by_pair = vec![None; persons as usize / 2];
        let mut free = free_pairs(options, persons / 2, counties);
        for event in 0.. {
            let kinds = KINDS.iter().enumerate().filter(|(_, kind)| event < events(options, kind));
            let mut dealt = false;
            for (number, kind) in kinds {
                let Some(pairs) = deal(&mut free, event + number as u32, kind.persons) else { continue };
                for (place, pair) in pairs.into_iter().enumerate() {
                    by_pair[pair as usize] = Some(Scene { kind: number as u16, place: place as u16, event });
                }
                dealt = true;
            }
            if !dealt {
                break;
            }
        }
        Self { by_pair }
    }

    /// The scene the person carries.
    pub(crate) fn scene(&self, person: u32) -> Option<Scene> {
        let scene = *self.by_pair.get(person as usize / 2)?;
        scene.filter(|_| person.is_multiple_of(2))
    }
}

/// Pairs of each county in a drawn order.
fn free_pairs(options: &Options, pairs: u32, counties: u32) -> Vec<Vec<u32>> {
    let mut free = vec![Vec::new(); counties as usize];
    (0..pairs).for_each(|pair| free[county_of(pair * 2, counties) as usize].push(pair));
    let mut dice = Dice::new(options.seed, Purpose::Plan, 0);
    free.iter_mut().for_each(|pairs| dice.shuffle(pairs));
    free
}

/// As many pairs as an event needs from one county: the first, counted from `wanted`, that has them.
fn deal(free: &mut [Vec<u32>], wanted: u32, persons: u16) -> Option<Vec<u32>> {
    let counties = free.len();
    let county =
        (0..counties).map(|step| (wanted as usize + step) % counties).find(|&county| free[county].len() >= usize::from(persons))?;
    let left = free[county].len() - usize::from(persons);
    Some(free[county].split_off(left))
}

/// Events of a kind that are wanted.
fn events(options: &Options, kind: &Kind) -> u32 {
    if (options.clean && !kind.look_alike) || (kind.is_held_out && !options.held_out) {
        return 0;
    }
    let scenes = (options.claims * u64::from(kind.scenes) / 100_000) as u32;
    scenes.max(LEAST).div_ceil(u32::from(kind.persons))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn those_who_share_an_event_are_all_there_and_live_in_one_county() {
        let options = Options { claims: 600_000, ..Options::default() };
        let plan = Plan::new(&options, 90_000, 3);
        let mut events: BTreeMap<(u16, u32), Vec<(u16, u32)>> = BTreeMap::new();
        for person in 0..90_000 {
            if let Some(scene) = plan.scene(person) {
                events.entry((scene.kind, scene.event)).or_default().push((scene.place, county_of(person, 3)));
            }
        }
        for ((kind, _), mut persons) in events {
            persons.sort_unstable();
            let places: Vec<u16> = persons.iter().map(|(place, _)| *place).collect();
            assert_eq!(places, (0..KINDS[usize::from(kind)].persons).collect::<Vec<_>>());
            assert!(persons.iter().all(|(_, county)| *county == persons[0].1));
        }
    }
}
