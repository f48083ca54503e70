#pragma once

// What reading the nodes' protobuf messages has in common (peer_messages.cc, peer_events.cc).

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

namespace playhead::cluster {

// Runs `read`, which throws where the bytes are no protobuf message and says false where they are none of these;
// "peer-answer-broken" then.
template <class Message>
Result<Message> decode(std::string_view what, auto&& read) {
  const auto broken = [&] {
    return fail("peer-answer-broken", "Another node sent what is no " + std::string(what) + ".");
  };
  try {
    Message message;
    if (!read(message)) return broken();
    return message;
  } catch (const protozero::exception&) {
    return broken();
  }
}

inline std::string_view bytes(protozero::pbf_reader& in) {
  const auto view = in.get_view();
  return {view.data(), view.size()};
}

inline std::string text(protozero::pbf_reader& in) { return std::string(bytes(in)); }

}  // namespace playhead::cluster
