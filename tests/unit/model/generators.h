#pragma once

// Random histories: few ids, times and versions, so that ties and collisions are the rule.

#include <rapidcheck.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "model/stamping.h"
#include "unit/model/fixtures.h"

namespace playhead::model {

// Found by RapidCheck when it prints a counterexample.
void showValue(const Update& update, std::ostream& out);  // NOLINT(readability-identifier-naming)

}  // namespace playhead::model

namespace playhead::model::test {

// A stamped update of one user: positions, marks, removals of episodes and of shows, live, and erasures.
rc::Gen<Update> any_update(Ordering ordering);
rc::Gen<std::vector<Update>> any_updates(Ordering ordering);

// As any_updates(), with no two of the same version.
rc::Gen<std::vector<Update>> distinct_updates(Ordering ordering);

// Everything that a reader can be told, as text.
std::string answers(const History& history);

// All of `list` in some order, and some of it again.
template <class T>
std::vector<T> stirred(std::vector<T> list, unsigned seed) {
  std::mt19937 random(seed);
  const auto size = list.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (random() % 3 == 0) list.push_back(list[i]);
  }
  std::ranges::shuffle(list, random);
  return list;
}

}  // namespace playhead::model::test
