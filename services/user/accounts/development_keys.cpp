#include "services/user/accounts/development_keys.hpp"

#include "services/kit/identity/signing_keys.hpp"

#include <fstream>
#include <stdexcept>

namespace user {
namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace

DevelopmentKeys::DevelopmentKeys() : folder_("shopkeeper-keys") {
  const auto keys = kit::generate_signing_keys();
  write(signing_file(), keys.dump());
  write(jwks_file(), kit::public_keys(keys).dump());
}

}  // namespace user
