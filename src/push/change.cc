#include "push/change.h"

#include <algorithm>

#include "model/reduce.h"
#include "model/visible_row.h"

namespace playhead::push {
namespace {

using model::Register;

constexpr Register kAbout[] = {Register::kDuration, Register::kCredits, Register::kNext};

// `differs(id)`: whether this register is another one than before.
std::optional<EventKind> kind_of(std::string_view row_key, bool was_visible, std::string_view after,
                                 const std::optional<model::Version>& erased, auto&& differs) {
  if (model::RowView{row_key, after}.whole()) {
    const bool hidden = !model::find_visible(after, Register::kHidden, erased).empty() && differs(Register::kHidden);
    return hidden ? std::optional(EventKind::kRemoved) : std::nullopt;
  }
  const auto seen = model::look_at(after, erased);
  if (!seen) return was_visible ? std::optional(EventKind::kRemoved) : std::nullopt;
  if (!seen->position.empty() && differs(seen->has_position ? Register::kResume : Register::kProvisional)) {
    return EventKind::kProgress;
  }
  if (!seen->played.empty() && differs(Register::kPlayed)) {
    return seen->flag_decides ? EventKind::kMark : EventKind::kProgress;
  }
  const bool about = std::ranges::any_of(
      kAbout, [&](Register id) { return !model::find_visible(after, id, erased).empty() && differs(id); });
  // A removal that took only a part: what is left looks different.
  const bool shrunk = differs(Register::kHidden) && was_visible;
  return about || shrunk ? std::optional(EventKind::kProgress) : std::nullopt;
}

}  // namespace

std::optional<EventKind> change_of(std::string_view row_key, std::string_view before, std::string_view after,
                                   const std::optional<model::Version>& erased) {
  return kind_of(row_key, model::look_at(before, erased).has_value(), after, erased,
                 [&](Register id) { return model::find_register(before, id) != model::find_register(after, id); });
}

std::optional<EventKind> change_by(std::string_view row_key, std::string_view said, std::string_view merged,
                                   const std::optional<model::Version>& erased) {
  const auto won = [&](Register id) {
    const auto mine = model::find_register(said, id);
    return !mine.empty() && mine == model::find_register(merged, id);
  };
  // Whether it could be seen before isn't known: only a removal makes it invisible.
  return kind_of(row_key, won(Register::kHidden), merged, erased, won);
}

}  // namespace playhead::push
