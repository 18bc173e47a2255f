//! Many short lists, one after the other in memory.

/// A list for each number from 0.
#[derive(Debug, Default)]
pub(super) struct Lists<T> {
    /// Where each begins, and where the last ends.
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    /// Lists for the numbers below `count`; each holds the items that `entries` gives with its number, in their order.
    pub(super) fn of(count: usize, entries: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let mut starts = vec![0_u32; count + 2];
        for (number, _) in entries.clone() {
            starts[number as usize + 2] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut items = vec![T::default(); starts.last().copied().unwrap_or_default() as usize];
        for (number, item) in entries {
            let place = &mut starts[number as usize + 1];
            items[*place as usize] = item;
            *place += 1;
        }
        starts.pop();
        Self { starts, items }
    }

    /// The list of a number.
    pub(super) fn get(&self, number: u32) -> &[T] {
        let place = |number: u32| self.starts.get(number as usize).copied().unwrap_or_default() as usize;
        self.items.get(place(number)..place(number + 1)).unwrap_or_default()
    }

    /// Bytes that they take.
    pub(super) fn bytes(&self) -> usize {
        self.starts.len() * 4 + self.items.len() * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_what_came_with_it_in_its_order() {
        let lists = Lists::of(4, [(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd')].into_iter());
        assert_eq!([0, 1, 2, 3, 4].map(|number| lists.get(number).to_vec()), [vec!['b'], vec![], vec!['a', 'c'], vec!['d'], vec![]]);
        assert!(Lists::<u8>::default().get(0).is_empty());
    }
}
