#pragma once
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace kit {

/// The SHA-256 of `bytes`, as 32 bytes.
std::string sha256(std::string_view bytes);
/// The same as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// `bytes` as lower-case hexadecimal digits, two for each.
std::string hex(std::string_view bytes);

/// SHA-256 of what comes in pieces. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view piece);
  /// The 32 bytes; to be called once, last.
  std::string digest();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

}  // namespace kit
