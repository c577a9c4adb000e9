#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace order::payments {

/// The age up to which a webhook is accepted; also how far ahead its clock may be.
constexpr std::chrono::minutes TOLERANCE{5};

/// HMAC-SHA256 of "<timestamp>.<body>", in lower-case hex.
std::string webhook_signature(std::string_view secret, std::string_view timestamp, std::string_view body);

/// Whether a webhook was signed with the secret, by Stripe's scheme
/// (https://docs.stripe.com/webhooks#verify-manually): `header` is "t=<seconds>,v1=<hex>", with several v1
/// while the secret is being rotated; other schemes are ignored. `secret` may be two, separated by a comma,
/// for the same reason. Compares in constant time. With an empty secret no webhook is valid.
bool webhook_valid(std::string_view header, std::string_view body, std::string_view secret,
                   std::chrono::system_clock::time_point now);

}  // namespace order::payments
