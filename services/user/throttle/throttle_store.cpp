#include "services/user/throttle/throttle_store.hpp"

#include "services/user/errors/errors.hpp"

#include <cstdio>

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;
using throttle::Charge;

/// Bounds what an attack from very many addresses can fill; a row has about 150 bytes.
constexpr int ROWS = 200'000;

constexpr Statement WAIT{"throttle_wait", R"(
  select coalesce(ceil(max((greatest(0, t.level - extract(epoch from now() - t.at) * b.rate) + 1 - b.capacity) / b.rate)), 0)
  from unnest($1::text[], $2::float8[], $3::float8[]) as b (key, capacity, rate)
  join throttle t on t.key = b.key
  where greatest(0, t.level - extract(epoch from now() - t.at) * b.rate) + 1 > b.capacity
    and (b.key <> $4 or not exists (select from known_addresses where key = $5)))"};

// In the order of keys, so that two of these cannot deadlock.
constexpr Statement CHARGE{"throttle_charge", R"(
  insert into throttle as t (key, level, rate, at, empty_at)
  select b.key, 1, b.rate, now(), now() + make_interval(secs => 1 / b.rate)
  from unnest($1::text[], $2::float8[]) as b (key, rate) order by b.key
  on conflict (key) do update set
    level    = greatest(0, t.level - extract(epoch from now() - t.at) * excluded.rate) + 1,
    rate     = excluded.rate,
    at       = now(),
    empty_at = now() + make_interval(secs => (greatest(0, t.level - extract(epoch from now() - t.at) * excluded.rate) + 1) / excluded.rate))"};

constexpr Statement PRUNE{"throttle_prune", "delete from throttle where empty_at < now()"};

constexpr Statement BOUND{"throttle_bound", R"(
  delete from throttle where key in (select key from throttle order by empty_at desc offset $1))"};

/// Array literals of PostgreSQL; keys are hex digits, so no quoting is needed.
struct Arrays {
  std::string keys = "{", capacities = "{", rates = "{";

  explicit Arrays(const std::vector<Charge>& charges) {
    for (const auto& charge : charges) {
      add(keys, charge.key);
      add(capacities, number(charge.budget.capacity));
      add(rates, number(charge.budget.per_second));
    }
    for (auto* array : {&keys, &capacities, &rates}) *array += '}';
  }
  static void add(std::string& array, const std::string& value) {
    if (array.size() > 1) array += ',';
    array += value;
  }
  static std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
  }
};

int wait_for(Transaction& tx, const std::vector<Charge>& charges, const std::string& strangers,
             const std::string& known) {
  const Arrays arrays(charges);
  const auto rows = tx.exec(WAIT, arrays.keys, arrays.capacities, arrays.rates, strangers, known);
  return static_cast<int>(rows[0][0].as<double>());
}

void require_none(int seconds) {
  if (seconds > 0) throw RateLimited(seconds);
}

std::vector<Charge> all_of(const throttle::Login& login) {
  auto out = login.always;
  out.push_back(login.strangers);
  return out;
}

}  // namespace

void ThrottleStore::require(const std::vector<Charge>& charges, kit::Deadline deadline) {
  require_none(
      database_.read<int>("throttle_wait", deadline, [&](Transaction& tx) { return wait_s(tx, charges); }));
}

void ThrottleStore::require(const throttle::Login& login, kit::Deadline deadline) {
  const auto charges = all_of(login);
  require_none(database_.read<int>("throttle_wait", deadline, [&](Transaction& tx) {
    return wait_for(tx, charges, login.strangers.key, login.known_key);
  }));
}

void ThrottleStore::record(const std::vector<Charge>& charges, kit::Deadline deadline) {
  database_.transact("throttle_charge", deadline, [&](Transaction& tx) { charge(tx, charges); });
}

void ThrottleStore::record(const throttle::Login& login, kit::Deadline deadline) {
  record(all_of(login), deadline);
}

void ThrottleStore::spend(const std::vector<Charge>& charges, kit::Deadline deadline) {
  database_.transact("throttle_spend", deadline, [&](Transaction& tx) { spend(tx, charges); });
}

void ThrottleStore::refuse_mail_token(const std::string& client_address, kit::Deadline deadline) {
  record(throttle::wrong_token(client_address), deadline);
  throw InvalidMailToken();
}

int ThrottleStore::wait_s(Transaction& tx, const std::vector<Charge>& charges) {
  return wait_for(tx, charges, "", "");
}

void ThrottleStore::charge(Transaction& tx, const std::vector<Charge>& charges) {
  const Arrays arrays(charges);
  tx.exec(CHARGE, arrays.keys, arrays.rates);
}

void ThrottleStore::spend(Transaction& tx, const std::vector<Charge>& charges) {
  require_none(wait_s(tx, charges));
  charge(tx, charges);
}

void ThrottleStore::prune(kit::Deadline deadline) {
  database_.transact(
      "throttle_prune", deadline,
      [&](Transaction& tx) {
        tx.exec(PRUNE);
        tx.exec(BOUND, ROWS);
      },
      true);
}

}  // namespace user
