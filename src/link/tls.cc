#include "link/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace playhead::link {
namespace {

// The same for all: it names the protocol and its key, and no node.
constexpr std::string_view kIdentity = "playhead-link-1";
// TLS_AES_128_GCM_SHA256: every OpenSSL has it, and processors have instructions for it. One suite, so nothing is
// negotiated that could be negotiated down; the key's hash has to be the suite's.
constexpr const char* kSuite = "TLS_AES_128_GCM_SHA256";
constexpr std::array<unsigned char, 2> kSuiteNumber = {0x13, 0x01};
constexpr std::size_t kRecordBytes = 16'384;

const LinkKey& key_of(SSL* ssl) { return *static_cast<const LinkKey*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl))); }

SSL_SESSION* session_of_key(SSL* ssl) {
  SSL_SESSION* session = SSL_SESSION_new();
  const auto& key = key_of(ssl).bytes();
  if (session != nullptr && SSL_SESSION_set1_master_key(session, key.data(), key.size()) == 1 &&
      SSL_SESSION_set_cipher(session, SSL_CIPHER_find(ssl, kSuiteNumber.data())) == 1 &&
      SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION) == 1) {
    return session;
  }
  SSL_SESSION_free(session);
  return nullptr;
}

int offer_key(SSL* ssl, const EVP_MD* /*digest*/, const unsigned char** identity, std::size_t* identity_bytes,
              SSL_SESSION** session) {
  *session = session_of_key(ssl);
  static const std::string kName(kIdentity);
  *identity = reinterpret_cast<const unsigned char*>(kName.data());
  *identity_bytes = kName.size();
  return *session != nullptr ? 1 : 0;
}

int find_key(SSL* ssl, const unsigned char* identity, std::size_t identity_bytes, SSL_SESSION** session) {
  *session = nullptr;
  if (std::equal(identity, identity + identity_bytes, kIdentity.begin(), kIdentity.end())) {
    *session = session_of_key(ssl);
  }
  return 1;
}

class TlsCipher final : public Cipher {
 public:
  TlsCipher(SSL_CTX* context, CipherSuite::Side side) : ssl_(SSL_new(context)) {
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    if (!ssl_ || in_ == nullptr || out_ == nullptr) throw std::bad_alloc();
    SSL_set_bio(ssl_.get(), in_, out_);
    if (side == CipherSuite::Side::kConnects) {
      SSL_set_connect_state(ssl_.get());
      // There is no certificate that we would take for the key.
      SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
    } else {
      SSL_set_accept_state(ssl_.get());
    }
  }

  Status receive(std::string_view bytes, std::string& plain) override {
    if (status_ == Status::kFailed) return status_;
    ERR_clear_error();
    if (!bytes.empty() && BIO_write(in_, bytes.data(), static_cast<int>(bytes.size())) < 0) {
      return status_ = Status::kFailed;
    }
    if (status_ == Status::kHandshaking) shake_hands();
    while (status_ == Status::kOpen) {
      const auto before = plain.size();
      plain.resize(before + kRecordBytes);
      std::size_t got = 0;
      const int outcome = SSL_read_ex(ssl_.get(), plain.data() + before, kRecordBytes, &got);
      plain.resize(before + got);
      if (outcome == 1) continue;
      if (SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_WANT_READ) break;
      status_ = Status::kFailed;
    }
    return status_;
  }

  bool seal(std::string_view plain) override {
    ERR_clear_error();
    std::size_t written = 0;
    // A memory BIO takes everything.
    if (plain.empty()) return true;
    if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written) != 1) status_ = Status::kFailed;
    return status_ != Status::kFailed;
  }

  void take_output(std::string& out) override {
    if (status_ == Status::kFailed) return;
    char* data = nullptr;
    const long size = BIO_get_mem_data(out_, &data);
    out.append(data, static_cast<std::size_t>(size));
    (void)BIO_reset(out_);
  }

 private:
  void shake_hands() {
    const int outcome = SSL_do_handshake(ssl_.get());
    // "Reused" is what TLS 1.3 calls a handshake by a key that both had.
    const bool by_key = SSL_session_reused(ssl_.get()) == 1;
    if (outcome == 1) {
      status_ = by_key ? Status::kOpen : Status::kFailed;
    } else if (SSL_get_error(ssl_.get(), outcome) != SSL_ERROR_WANT_READ) {
      status_ = Status::kFailed;
    } else if (SSL_is_server(ssl_.get()) == 1 && BIO_pending(out_) > 0 && !by_key) {
      // About to ask a peer without the key to try again in another way, which would show it what speaks here.
      status_ = Status::kFailed;
    }
  }

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  std::unique_ptr<SSL, Free> ssl_;
  // Both are ssl_'s.
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  Status status_ = Status::kHandshaking;
};

class NoCipher final : public Cipher {
 public:
  Status receive(std::string_view bytes, std::string& plain) override {
    plain.append(bytes);
    return Status::kOpen;
  }
  bool seal(std::string_view plain) override {
    out_.append(plain);
    return true;
  }
  void take_output(std::string& out) override {
    out.append(out_);
    out_.clear();
  }

 private:
  std::string out_;
};

}  // namespace

CipherSuite::CipherSuite(const LinkKey& key) : key_(key), context_(SSL_CTX_new(TLS_method())) {
  SSL_CTX* context = context_.get();
  const bool ready = context != nullptr && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                     SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                     SSL_CTX_set_ciphersuites(context, kSuite) == 1 &&
                     SSL_CTX_set1_groups_list(context, "X25519") == 1;
  if (!ready) throw StartupError("OpenSSL offers no TLS 1.3 with AES-128-GCM and X25519, which nodes talk by.");
  // A session ticket would be a second, weaker proof of the secret.
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_app_data(context, &key_);
  SSL_CTX_set_psk_use_session_callback(context, offer_key);
  SSL_CTX_set_psk_find_session_callback(context, find_key);
}

CipherSuite::~CipherSuite() = default;

std::unique_ptr<Cipher> CipherSuite::make(Side side) const {
  if (key_.plain()) return std::make_unique<NoCipher>();
  return std::make_unique<TlsCipher>(context_.get(), side);
}

}  // namespace playhead::link
