#pragma once
#include "services/kit/identity/signing_keys.hpp"

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace shop {

/// Passwords by user: "postgres" (superuser), "rabbitmq", and two of each service: see password_rotation.hpp.
using Passwords = std::map<std::string, std::string>;
/// The keys that complete Passwords have.
const std::vector<std::string>& password_names();

/// 32 random letters and digits (190 bits), which need no quoting in URLs, SQL or files.
std::string generate_password();
using kit::generate_signing_keys;
using kit::public_keys;

/// RabbitMQ's salted SHA-256 of a password, in base64. The salt is derived from the random password, so that
/// the same password always gives the same text.
std::string rabbitmq_password_hash(const std::string& password);

}  // namespace shop
