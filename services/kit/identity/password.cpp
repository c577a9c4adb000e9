#include "services/kit/identity/password.hpp"

#include "services/kit/error/problem.hpp"

#include <sodium.h>

#include <condition_variable>
#include <mutex>
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

struct Passwords::Gate {
  std::mutex lock;
  std::condition_variable freed;
  int free;
  int waiting_allowed;
  int waiting = 0;
  prometheus::Gauge& running_gauge;
  prometheus::Gauge& waiting_gauge;
  prometheus::Counter& refused;
  std::string nobodys;  ///< compared with when there is no hash

  struct Place {
    explicit Place(Gate& g) : gate(g) {
      std::unique_lock guard(gate.lock);
      if (gate.free == 0 && gate.waiting >= gate.waiting_allowed) {
        gate.refused.Increment();
        throw problem::overloaded();
      }
      gate.waiting_gauge.Set(++gate.waiting);
      gate.freed.wait(guard, [&] { return gate.free > 0; });
      gate.waiting_gauge.Set(--gate.waiting);
      --gate.free;
      gate.running_gauge.Increment();
    }
    ~Place() {
      {
        const std::lock_guard guard(gate.lock);
        ++gate.free;
        gate.running_gauge.Decrement();
      }
      gate.freed.notify_one();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Gate& gate;
  };
};

Passwords::Passwords(Metrics& metrics, int at_once, int waiting)
    : gate_(new Gate{
          .lock = {},
          .freed = {},
          .free = at_once,
          .waiting_allowed = waiting,
          .running_gauge = metrics.gauge("password_hashes_running", "Password hashes being computed."),
          .waiting_gauge =
              metrics.gauge("password_hashes_waiting", "Password hashes waiting for their turn."),
          .refused = metrics.counter("password_hashes_refused_total",
                                     "Requests refused because too many password hashes waited."),
          .nobodys = {}}) {
  if (at_once < 1 || waiting < 0) throw std::invalid_argument("at_once");
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  std::string random(32, '\0');
  randombytes_buf(random.data(), random.size());
  gate_->nobodys = argon2id(random);
}

Passwords::~Passwords() = default;

std::string Passwords::hash(std::string_view password) const {
  const Gate::Place place(*gate_);
  return argon2id(password);
}

bool Passwords::matches(std::string_view hash, std::string_view password) const {
  const Gate::Place place(*gate_);
  const std::string stored(hash.empty() ? std::string_view(gate_->nobodys) : hash);
  const bool same = crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
  return same && !hash.empty();
}

}  // namespace kit::identity
