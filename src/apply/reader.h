#pragma once

// The way back: what a user's rows are now, from the view and the store together.

#include <cstddef>
#include <functional>
#include <string>

#include "apply/flusher.h"
#include "apply/user_rows.h"
#include "apply/view.h"
#include "base/error.h"
#include "store/position_store.h"

namespace playhead::apply {

class Reader {
 public:
  using Done = std::move_only_function<void(Result<UserRows>)>;

  // A user with more than `max_items` rows answers with the newest ones, and the flusher is told to drop the rest.
  Reader(const View& view, store::PositionStore& store, Flusher& flusher, std::size_t max_items)
      : view_(view), store_(store), flusher_(flusher), max_items_(max_items) {}

  // `done` is called once, inline when memory has the answer, else on a thread of the store's. Fails with
  // "store-unavailable". Any thread.
  void read(store::Query query, Done done);

 private:
  store::Rows bound(const std::string& user, const store::Rows& rows);

  const View& view_;
  store::PositionStore& store_;
  Flusher& flusher_;
  std::size_t max_items_;
};

}  // namespace playhead::apply
