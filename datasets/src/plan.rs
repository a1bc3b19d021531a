//! Which person carries which scene.

use crate::dice::{Dice, Purpose};
use crate::{KINDS, Options};

/// Scenes of each kind in the smallest data set.
const LEAST: u64 = 3;
const NO_SCENE: u8 = u8::MAX;

/// At most one scene for every two persons; the second of a pair may be needed as a twin.
pub(crate) struct Plan {
    by_pair: Vec<u8>,
}

impl Plan {
    /// Persons are dealt to the kinds by a shuffle. When there are fewer pairs than scenes, every kind gets one before any gets two.
    pub(crate) fn new(options: &Options, persons: u32) -> Self {
        let mut scenes = Vec::new();
        for round in 0_u64.. {
            let before = scenes.len();
            scenes.extend(KINDS.iter().enumerate().filter(|(_, kind)| round < wanted(options, kind)).map(|(number, _)| number as u8));
            if scenes.len() == before {
                break;
            }
        }
        let mut pairs: Vec<u32> = (0..persons / 2).collect();
        Dice::new(options.seed, Purpose::Plan, 0).shuffle(&mut pairs);
        let mut by_pair = vec![NO_SCENE; pairs.len()];
        for (pair, scene) in pairs.into_iter().zip(scenes) {
            by_pair[pair as usize] = scene;
        }
        Self { by_pair }
    }

    /// Position in [`KINDS`] of the scene the person carries.
    pub(crate) fn scene(&self, person: u32) -> Option<usize> {
        let scene = *self.by_pair.get(person as usize / 2)?;
        (person.is_multiple_of(2) && scene != NO_SCENE).then_some(usize::from(scene))
    }
}

fn wanted(options: &Options, kind: &crate::Kind) -> u64 {
    if options.clean && !kind.look_alike {
        return 0;
    }
    (options.claims * u64::from(kind.scenes) / 100_000).max(LEAST)
}
