#include "services/order/saga/saga.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/time/random.hpp"

#include <stdexcept>

namespace order {
namespace {

using Context = kit::http::Client::Context;
using Paid = Payer::Result;

/// Bookkeeping after a failure must not fail for want of the time that the failure took.
kit::Deadline at_least(kit::Deadline deadline, std::chrono::milliseconds time) {
  return deadline.left() < time ? kit::Deadline::in(time) : deadline;
}
kit::Deadline to_write(kit::Deadline deadline) { return at_least(deadline, std::chrono::milliseconds(500)); }

State advance(State from, Outcome outcome) {
  const auto next = transition(from, outcome);
  if (!next) throw std::logic_error("an order cannot go on from " + std::string(to_string(from)));
  return next->to;
}

/// Nothing is to be waited for between holding the stock and selling it.
bool unpaid(const Order& order) { return order.payment_provider == "none"; }

bool to_be_paid(const Order& order) { return !unpaid(order) && total_of(order.lines).minor() > 0; }

}  // namespace

Saga::Saga(Orders& orders, Stock& stock, Payer& payer, PaymentStore& payments, Sales& sales,
           kit::Metrics& metrics)
    : orders_(orders),
      stock_(stock),
      payer_(payer),
      payments_(payments),
      sales_(sales),
      postponed_(
          metrics.counter("orders_postponed_total", "Orders left for later because a service was away.")) {}

Saga::Driven Saga::drive(const Order& order, const Context& context) {
  bool away = false;
  try {
    auto ran = run(order, context);
    if (auto* ended = std::get_if<Order>(&ran)) return {std::move(*ended), false};
    if (std::holds_alternative<Wait>(ran)) postpone(order, "its payment is looked at", context.deadline);
  } catch (const kit::db::Unavailable&) {
    throw;  // nothing can be written: the lease runs out, and the order is taken up again
  } catch (const std::exception& e) {
    away = true;
    postponed_.Increment();
    postpone(order, e.what(), context.deadline);
  }
  auto now = orders_.find(order.id, to_write(context.deadline));
  if (!now) throw std::logic_error("an order is gone");
  return {std::move(*now), away};
}

Saga::Ran Saga::run(Order order, const Context& context) {
  // True where what the payer did lets the saga go on; else `ran` is what to return.
  Ran ran;
  const auto goes_on = [&](Paid paid, Outcome refused, const char* reason) {
    if (paid == Paid::Later) ran = Wait{};
    if (paid == Paid::Refused) ran = end(order, refused, {reason, nullptr}, context.deadline);
    return paid == Paid::Done;
  };
  for (;;) {
    switch (next_step(order.state)) {
      case Step::Reserve: {
        const auto sold = unpaid(order) ? stock_.sell(order, context) : std::nullopt;
        const auto held = sold ? *sold : stock_.reserve(order, context);
        if (const auto* reason = std::get_if<Reason>(&held))
          return end(order, Outcome::StockRefused, *reason, context.deadline);
        order.lines = priced(order.lines, std::get<std::vector<HeldLine>>(held));
        if (sold) return finish(std::move(order), context.deadline);
        if (to_be_paid(order) && payer_.reserved(order, context.deadline) != Paid::Done) return {};
        order.state = advance(order.state, Outcome::StockReserved);
        break;
      }
      case Step::Authorise:  // what need not be paid here is authorised at once
        if (order.payment &&
            !goes_on(payer_.authorise(order, context.deadline), Outcome::PaymentDeclined, "payment_declined"))
          return ran;
        order.state = advance(order.state, Outcome::PaymentAuthorised);
        break;
      case Step::TakeStock:
        if (const auto reason = stock_.confirm(order.id, context))
          return end(order, Outcome::StockLost, *reason, context.deadline);
        if (order.payment &&
            !goes_on(payer_.capture(order, context.deadline), Outcome::PaymentFailed, "payment_failed"))
          return ran;
        return finish(std::move(order), context.deadline);
      case Step::None:
        return order;
    }
  }
}

Saga::Ran Saga::finish(Order order, kit::Deadline deadline) {
  if (!orders_.confirm(order, order.lines, to_write(deadline))) return {};
  order.state = advance(State::Authorised, Outcome::StockTaken);
  order.was_confirmed = true;
  order.total = total_of(order.lines);
  sales_.settled(order.state);
  sales_.earned(*order.total);
  return order;
}

Saga::Ran Saga::end(Order order, Outcome outcome, Reason reason, kit::Deadline deadline) {
  const auto next = transition(order.state, outcome);
  if (!next) throw std::logic_error("an order cannot end in " + std::string(to_string(order.state)));
  // Once an order was taken up a second time, a call of the first driver may still be on its way to the
  // product service.
  const bool release = next->release || order.attempts > 0;
  const bool undo = order.payment && !order.payment->reference.empty();
  if (!orders_.end(order, next->to, reason, release, undo, to_write(deadline))) return {};
  order.state = next->to;
  order.reason = std::move(reason);
  order.release_owed = release;
  order.money_owed = undo;
  sales_.settled(order.state);
  return order;
}

void Saga::give_up(const Order& order, kit::Deadline deadline) {
  end(order, Outcome::GivenUp, {"gave_up", nullptr}, deadline);
}

bool Saga::settle(const Order& order, const Context& context) {
  std::string waits_for;
  bool away = false;
  const auto attempt = [&](auto&& work) {
    try {
      if (!work()) waits_for = "its payment is looked at";
    } catch (const kit::db::Unavailable&) {
      throw;
    } catch (const std::exception& e) {
      away = true;
      waits_for = e.what();
    }
  };
  if (order.release_owed) {
    attempt([&] {
      stock_.release(order.id, context);
      orders_.released(order, to_write(context.deadline));
      return true;
    });
  }
  if (order.money_owed) attempt([&] { return payer_.undo(order, context.deadline) != Paid::Later; });
  if (order.payment) attempt([&] { return settle_refunds(order, context.deadline); });
  if (away) postponed_.Increment();
  if (waits_for.empty())
    orders_.rest(order, to_write(context.deadline));
  else
    postpone(order, waits_for, context.deadline);
  return !away;
}

bool Saga::settle_refunds(const Order& order, kit::Deadline deadline) {
  for (const auto& refund : payments_.pending_refunds(order, to_write(deadline)))
    if (payer_.refund(order, refund, deadline) == Paid::Done) sales_.given_back(refund.amount);
  return true;
}

void Saga::postpone(const Order& order, const std::string& why, kit::Deadline deadline) {
  const auto delay =
      retry_delay(order.attempts / 2, kit::random_fraction());  // postponing and taking up count, both
  kit::log::warn("an order is left for later",
                 {{"order_id", order.id.value}, {"error", why}, {"delay_ms", delay.count()}});
  orders_.postpone(order, delay, to_write(deadline));
}

}  // namespace order
