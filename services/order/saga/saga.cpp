#include "services/order/saga/saga.hpp"

#include "services/kit/log/log.hpp"

#include <random>
#include <stdexcept>

namespace order {
namespace {

using Context = kit::http::Client::Context;

/// Bookkeeping after a failure must not fail for want of the time that the failure took.
kit::Deadline at_least(kit::Deadline deadline, std::chrono::milliseconds time) {
  return deadline.left() < time ? kit::Deadline::in(time) : deadline;
}

double chance() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

State advance(State from, Outcome outcome) {
  const auto next = transition(from, outcome);
  if (!next) throw std::logic_error("an order cannot go on from " + std::string(to_string(from)));
  return next->to;
}

}  // namespace

Saga::Saga(Orders& orders, Stock& stock, kit::Metrics& metrics)
    : orders_(orders),
      stock_(stock),
      metrics_(metrics),
      postponed_(
          metrics.counter("orders_postponed_total", "Orders left for later because a service was away.")) {}

Order Saga::drive(const Order& order, const Context& context) {
  try {
    if (auto ended = run(order, context)) return std::move(*ended);
  } catch (const kit::db::Unavailable&) {
    throw;  // nothing can be written: the lease runs out, and the order is taken up again
  } catch (const std::exception& e) {
    postpone(order, e, context.deadline);
  }
  auto now = orders_.find(order.id, at_least(context.deadline, std::chrono::milliseconds(500)));
  if (!now) throw std::logic_error("an order is gone");
  return std::move(*now);
}

std::optional<Order> Saga::run(const Order& order, const Context& context) {
  auto state = order.state;
  auto lines = order.lines;
  for (;;) {
    switch (next_step(state)) {
      case Step::Reserve: {
        const auto answer = stock_.reserve(order, context);
        if (const auto* reason = std::get_if<Reason>(&answer))
          return end(order, state, Outcome::StockRefused, *reason, context.deadline);
        lines = priced(lines, std::get<std::vector<HeldLine>>(answer));
        state = advance(state, Outcome::StockReserved);
        break;
      }
      case Step::Authorise:  // no payment provider: what need not be paid here is authorised
        state = advance(state, Outcome::PaymentAuthorised);
        break;
      case Step::TakeStock:
        if (const auto reason = stock_.confirm(order.id, context))
          return end(order, state, Outcome::StockLost, *reason, context.deadline);
        return finish(order, std::move(lines), context.deadline);
      case Step::None:
        return order;
    }
  }
}

std::optional<Order> Saga::finish(Order order, std::vector<Line> lines, kit::Deadline deadline) {
  if (!orders_.confirm(order, lines, at_least(deadline, std::chrono::milliseconds(500)))) return std::nullopt;
  order.state = advance(State::Authorised, Outcome::StockTaken);
  order.was_confirmed = true;
  order.total = total_of(lines);
  order.lines = std::move(lines);
  count(order.state);
  return order;
}

std::optional<Order> Saga::end(Order order, State from, Outcome outcome, Reason reason,
                               kit::Deadline deadline) {
  const auto next = transition(from, outcome);
  if (!next) throw std::logic_error("an order cannot end in " + std::string(to_string(from)));
  // Once an order was taken up a second time, a call of the first driver may still be on its way to the
  // product service.
  const bool release = next->release || order.attempts > 0;
  if (!orders_.end(order, next->to, reason, release, at_least(deadline, std::chrono::milliseconds(500))))
    return std::nullopt;
  order.state = next->to;
  order.reason = std::move(reason);
  order.release_owed = release;
  count(order.state);
  return order;
}

void Saga::give_up(const Order& order, kit::Deadline deadline) {
  end(order, order.state, Outcome::GivenUp, {"gave_up", nullptr}, deadline);
}

bool Saga::release(const Order& order, const Context& context) {
  try {
    stock_.release(order.id, context);
  } catch (const kit::http::Unreachable& e) {
    postpone(order, e, context.deadline);
    return false;
  }
  orders_.released(order, at_least(context.deadline, std::chrono::milliseconds(500)));
  return true;
}

void Saga::postpone(const Order& order, const std::exception& why, kit::Deadline deadline) {
  const auto delay = retry_delay(order.attempts / 2, chance());  // postponing and taking up count, both
  kit::log::warn("an order is left for later",
                 {{"order_id", order.id.value}, {"error", why.what()}, {"delay_ms", delay.count()}});
  postponed_.Increment();
  orders_.postpone(order, delay, at_least(deadline, std::chrono::milliseconds(500)));
}

void Saga::count(State state) {
  metrics_
      .counter("orders_settled_total", "Orders whose placing is over, by how.",
               {{"state", std::string(to_string(state))}})
      .Increment();
}

}  // namespace order
