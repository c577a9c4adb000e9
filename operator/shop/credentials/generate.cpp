#include "operator/shop/credentials/generate.hpp"

#include "operator/shop/spec/spec.hpp"
#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/sha256.hpp"

#include <sodium.h>

#include <stdexcept>

namespace shop {
namespace {

void ready() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
}

}  // namespace

const std::vector<std::string>& password_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result{"postgres", "rabbitmq"};
    for (auto service : all_services)
      for (const char* role : {"", "-b"}) result.push_back(to_string(service) + role);
    return result;
  }();
  return names;
}

std::string generate_password() {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  ready();
  std::string password;
  for (int i = 0; i < 32; ++i) password += letters[randombytes_uniform(letters.size())];
  return password;
}

std::string rabbitmq_password_hash(const std::string& password) {
  auto salt = kit::sha256("salt of " + password).substr(0, 4);
  return kit::base64(salt + kit::sha256(salt + password));
}

}  // namespace shop
