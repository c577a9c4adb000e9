#pragma once
#include <string>

namespace user {

/// 256 random bits, base64url: a refresh token or a token that is mailed. Only its SHA-256 is stored.
std::string new_secret();

}  // namespace user
