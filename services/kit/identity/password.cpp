#include "services/kit/identity/password.hpp"

#include "services/kit/error/problem.hpp"

#include <sodium.h>

#include <stdexcept>

namespace kit::identity {
namespace {

constexpr unsigned long long OPERATIONS = 2;
constexpr std::size_t MEMORY = std::size_t{19} * 1024 * 1024;

std::string argon2id(std::string_view password) {
  char out[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(out, password.data(), password.size(), OPERATIONS, MEMORY,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::runtime_error("no memory for argon2id");
  return out;
}

}  // namespace

/// The right to compute one hash.
class Passwords::Slot {
 public:
  explicit Slot(const Passwords& passwords) : passwords_(passwords) {
    if (!passwords_.free_.try_acquire()) wait();
    passwords_.running_gauge_.Increment();
  }
  ~Slot() {
    passwords_.running_gauge_.Decrement();
    passwords_.free_.release();
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  void wait() const {
    if (++passwords_.waiting_ > passwords_.waiting_allowed_) {
      --passwords_.waiting_;
      passwords_.refused_.Increment();
      throw problem::overloaded();
    }
    passwords_.waiting_gauge_.Increment();
    passwords_.free_.acquire();
    passwords_.waiting_gauge_.Decrement();
    --passwords_.waiting_;
  }
  const Passwords& passwords_;
};

Passwords::Passwords(Metrics& metrics, int at_once, int waiting)
    : free_(at_once),
      waiting_allowed_(waiting),
      running_gauge_(metrics.gauge("password_hashes_running", "Password hashes being computed.")),
      waiting_gauge_(metrics.gauge("password_hashes_waiting", "Password hashes waiting for their turn.")),
      refused_(metrics.counter("password_hashes_refused_total",
                               "Requests refused because too many password hashes waited.")) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  std::string random(32, '\0');
  randombytes_buf(random.data(), random.size());
  nobodys_ = argon2id(random);
}

std::string Passwords::hash(std::string_view password) const {
  const Slot slot(*this);
  return argon2id(password);
}

bool Passwords::matches(std::string_view hash, std::string_view password) const {
  const Slot slot(*this);
  const std::string stored(hash.empty() ? std::string_view(nobodys_) : hash);
  const bool same = crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
  return same && !hash.empty();
}

}  // namespace kit::identity
