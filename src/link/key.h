#pragma once

// The key that both ends of a link prove to each other, made of the cluster's secret.

#include <array>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace playhead::link {

// Copies are wiped when they go. Any thread may read.
class LinkKey {
 public:
  static constexpr std::size_t kBytes = 32;
  // Below this a listener on the network can guess the secret at leisure: a handshake lets whoever sees it try.
  static constexpr std::size_t kMinSecretBytes = 16;

  // HKDF-SHA-256 of `secret` with a label of this protocol and version, so that the same secret serves no other
  // purpose by accident. Error: "weak-secret".
  static Result<LinkKey> derive(std::string_view secret);
  // No secret, no encryption: what the microbenchmark measures encryption against. Never for a node.
  static LinkKey plain_for_measuring() { return {}; }

  LinkKey(const LinkKey&) = default;
  LinkKey& operator=(const LinkKey&) = default;
  ~LinkKey();

  bool plain() const { return !bytes_; }
  // Not when plain().
  const std::array<unsigned char, kBytes>& bytes() const { return *bytes_; }

 private:
  LinkKey() = default;

  std::optional<std::array<unsigned char, kBytes>> bytes_;
};

}  // namespace playhead::link
