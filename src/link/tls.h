#pragma once

// TLS 1.3 with the cluster's key and no certificates, without I/O: bytes in, bytes out. Driven by hand and not by
// Asio's stream, because a peer that fails the handshake is to get no byte (the stream sends OpenSSL's alerts, which
// say why), and because many frames are to leave in one write.

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "link/key.h"

namespace playhead::link {

// What stands between a socket and frames. One thread.
class Cipher {
 public:
  enum class Status : std::uint8_t { kHandshaking, kOpen, kFailed };

  virtual ~Cipher() = default;
  // Takes what the socket got, nothing to begin with, and appends what it says to `plain`. kFailed is for good.
  virtual Status receive(std::string_view bytes, std::string& plain) = 0;
  // Only when kOpen. False: for good.
  virtual bool seal(std::string_view plain) = 0;
  // Appends what is to be sent, and forgets it.
  virtual void take_output(std::string& out) = 0;
};

// Any thread may make ciphers; must outlive them.
class CipherSuite {
 public:
  enum class Side : std::uint8_t { kConnects, kAccepts };

  // Throws StartupError when OpenSSL lacks what the link is built on.
  explicit CipherSuite(const LinkKey& key);
  ~CipherSuite();
  CipherSuite(const CipherSuite&) = delete;
  CipherSuite& operator=(const CipherSuite&) = delete;

  std::unique_ptr<Cipher> make(Side side) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  LinkKey key_;
  std::unique_ptr<SSL_CTX, Free> context_;
};

}  // namespace playhead::link
