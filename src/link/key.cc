#include "link/key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <string>

namespace playhead::link {

LinkKey::~LinkKey() {
  if (bytes_) OPENSSL_cleanse(bytes_->data(), bytes_->size());
}

Result<LinkKey> LinkKey::derive(std::string_view secret) {
  if (secret.size() < kMinSecretBytes) {
    return fail("weak-secret",
                "cluster.secret has " + std::to_string(secret.size()) + " bytes and needs at least " +
                    std::to_string(kMinSecretBytes) +
                    ", since whoever listens can guess a short one. Make one with `openssl rand -base64 "
                    "32` and give it to every node.");
  }
  std::string ikm(secret);
  std::string digest = "SHA256";
  std::string label = "playhead link 1";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                         OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, ikm.data(), ikm.size()),
                         OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, label.data(), label.size()),
                         OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr,
                                                                          EVP_KDF_CTX_free);
  LinkKey key;
  key.bytes_.emplace();
  const bool derived = context && EVP_KDF_derive(context.get(), key.bytes_->data(), key.bytes_->size(), params) == 1;
  OPENSSL_cleanse(ikm.data(), ikm.size());
  if (!derived) throw StartupError("OpenSSL has no HKDF with SHA-256, which the link between nodes is built on.");
  return key;
}

}  // namespace playhead::link
