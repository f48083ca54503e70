#pragma once

// Waiting for things that can be observed, so that no test sleeps for a guessed time.

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace playhead::test {

// Calls `start` with a callback and returns what the callback gets, whichever thread calls it.
template <class T, class Start>
T wait_for(Start&& start) {
  auto promise = std::make_shared<std::promise<T>>();
  auto answer = promise->get_future();
  start([promise](T value) { promise->set_value(std::move(value)); });
  return answer.get();
}

// Asks `condition` until it holds; fails the test when it doesn't in time, by default far more than a busy machine
// needs.
template <class Condition>
void eventually(Condition&& condition, std::chrono::seconds in_time = std::chrono::seconds(20)) {
  const auto give_up = std::chrono::steady_clock::now() + in_time;
  while (!condition()) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "the awaited condition never came true";
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace playhead::test
