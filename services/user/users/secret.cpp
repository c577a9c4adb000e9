#include "services/user/users/secret.hpp"

#include "services/kit/encoding/base64.hpp"

#include <sodium.h>

namespace user {

std::string new_secret() {
  std::string bytes(32, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return kit::base64url(bytes);
}

}  // namespace user
