#pragma once
#include "services/kit/json/reader.hpp"

#include <string>
#include <string_view>

namespace user {

/// The upper bound only keeps a request from hashing megabytes; NIST SP 800-63B asks for 64 at least.
constexpr kit::json::Length PASSWORD_LENGTH{8, 128};

/// Why a password is too easily guessed, completing "password …"; "" when it is not.
std::string password_weakness(std::string_view password, std::string_view email);
/// Throws WeakPassword.
void require_strong(std::string_view password, std::string_view email);

}  // namespace user
