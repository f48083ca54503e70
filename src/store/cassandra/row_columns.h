#pragma once

// Which column of the table `items` holds which register.

#include <array>
#include <cstddef>
#include <string_view>

#include "model/item.h"

namespace playhead::store {

struct RegisterColumn {
  model::Register id;
  std::string_view name;
};

// A cell a register, in the order of their ids. kErased is a static column, since it is the user's.
inline constexpr std::array<RegisterColumn, 7> kRegisterColumns{{
    {model::Register::kResume, "resume"},
    {model::Register::kProvisional, "provisional"},
    {model::Register::kDuration, "duration"},
    {model::Register::kCredits, "credits"},
    {model::Register::kNext, "next_episode"},
    {model::Register::kPlayed, "played"},
    {model::Register::kHidden, "hidden"},
}};
inline constexpr std::string_view kErasedColumn = "erased_up_to";

// What every read selects: show, episode, erased_up_to, and then the registers.
inline constexpr std::size_t kSelectedColumns = 3 + kRegisterColumns.size();

static_assert(kRegisterColumns.size() + 2 == model::kRegisters, "a register has no column: see schema.h");

}  // namespace playhead::store
