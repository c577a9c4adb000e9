#include "services/order/payments/options.hpp"

#include <gtest/gtest.h>

namespace order::payments {
namespace {

std::string complaint_of(const kit::config::Environment& environment) {
  Options options;
  kit::config::Binder binder;
  bind(binder, options);
  try {
    binder.load("", "", environment);
    return {};
  } catch (const kit::config::Error& e) {
    return e.what();
  }
}

TEST(PaymentOptions, RefuseIncompleteAndUnsafeCombinations) {
  EXPECT_EQ(complaint_of({}), "");
  EXPECT_EQ(complaint_of({{"SHOPKEEPER_PAYMENTS_PROVIDER", "sandbox"}}), "");
  EXPECT_NE(complaint_of({{"SHOPKEEPER_PAYMENTS_PROVIDER", "stripe"}}).find("payments.stripe.api_key"),
            std::string::npos);
  EXPECT_NE(complaint_of({{"SHOPKEEPER_PAYMENTS_PROVIDER", "paypal"}}).find("payments.provider"),
            std::string::npos);
  kit::config::Environment stripe{{"SHOPKEEPER_PAYMENTS_PROVIDER", "stripe"},
                                  {"SHOPKEEPER_PAYMENTS_STRIPE_API_KEY", "sk_live_secret"}};
  EXPECT_EQ(complaint_of(stripe), "");
  stripe["SHOPKEEPER_PAYMENTS_STRIPE_URL"] = "http://127.0.0.1:12111";
  const auto plain = complaint_of(stripe);
  EXPECT_NE(plain.find("payments.stripe.url"), std::string::npos) << "a live key never goes unencrypted";
  EXPECT_EQ(plain.find("sk_live_secret"), std::string::npos);
  stripe["SHOPKEEPER_PAYMENTS_STRIPE_API_KEY"] = "sk_test_123";
  EXPECT_EQ(complaint_of(stripe), "");
  stripe["SHOPKEEPER_PAYMENTS_STRIPE_URL"] = "file:///etc/passwd";
  EXPECT_NE(complaint_of(stripe), "");
  stripe["SHOPKEEPER_PAYMENTS_STRIPE_URL"] = "https://api.stripe.com";
  stripe["SHOPKEEPER_PAYMENTS_STRIPE_API_KEY"] = "sk_test\nX-Header: 1";
  EXPECT_NE(complaint_of(stripe), "");
}

}  // namespace
}  // namespace order::payments
