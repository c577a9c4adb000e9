#include "services/user/accounts/throttle_store.hpp"

#include "services/kit/error/problem.hpp"

#include <cstdio>

namespace user::store {
namespace {

using kit::db::Statement;
using kit::db::Transaction;
using throttle::Charge;

/// Rows, of some 150 bytes: what an attack from very many addresses can fill at most.
constexpr int ROWS = 200'000;

constexpr Statement WAIT{"throttle_wait", R"(
  select coalesce(ceil(max((greatest(0, t.level - extract(epoch from now() - t.at) * b.rate) + 1 - b.capacity) / b.rate)), 0)
  from unnest($1::text[], $2::float8[], $3::float8[]) as b (key, capacity, rate)
  join throttle t on t.key = b.key
  where greatest(0, t.level - extract(epoch from now() - t.at) * b.rate) + 1 > b.capacity
    and (b.key <> $4 or not exists (select from known_addresses where key = $5)))"};

// In the order of keys, so that two of these never wait for each other.
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

/// As PostgreSQL reads arrays; keys are hex digits, so nothing needs to be quoted.
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

void refuse(int seconds) {
  if (seconds > 0)
    throw kit::Problem(429, "Too many tries", "Try again later.")
        .header("Retry-After", std::to_string(seconds));
}

std::vector<Charge> all_of(const throttle::Login& login) {
  auto out = login.always;
  out.push_back(login.strangers);
  return out;
}

}  // namespace

void Throttle::require(const std::vector<Charge>& charges, kit::Deadline deadline) {
  refuse(database_.read<int>("throttle_wait", deadline, [&](Transaction& tx) { return wait(tx, charges); }));
}

void Throttle::require(const throttle::Login& login, kit::Deadline deadline) {
  const auto charges = all_of(login);
  refuse(database_.read<int>("throttle_wait", deadline, [&](Transaction& tx) {
    return wait_for(tx, charges, login.strangers.key, login.known_key);
  }));
}

void Throttle::record(const std::vector<Charge>& charges, kit::Deadline deadline) {
  database_.transact("throttle_charge", deadline, [&](Transaction& tx) { charge(tx, charges); });
}

void Throttle::record(const throttle::Login& login, kit::Deadline deadline) {
  record(all_of(login), deadline);
}

void Throttle::spend(const std::vector<Charge>& charges, kit::Deadline deadline) {
  database_.transact("throttle_spend", deadline, [&](Transaction& tx) { take(tx, charges); });
}

int Throttle::wait(Transaction& tx, const std::vector<Charge>& charges) {
  return wait_for(tx, charges, "", "");
}

void Throttle::charge(Transaction& tx, const std::vector<Charge>& charges) {
  const Arrays arrays(charges);
  tx.exec(CHARGE, arrays.keys, arrays.rates);
}

void Throttle::take(Transaction& tx, const std::vector<Charge>& charges) {
  refuse(wait(tx, charges));
  charge(tx, charges);
}

void Throttle::prune(kit::Deadline deadline) {
  database_.transact(
      "throttle_prune", deadline,
      [&](Transaction& tx) {
        tx.exec(PRUNE);
        tx.exec(BOUND, ROWS);
      },
      true);
}

}  // namespace user::store
