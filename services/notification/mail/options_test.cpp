#include "services/notification/mail/options.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(EmailOptions, ChecksPublicUrl) {
  const auto load = [](const std::string& url) {
    EmailOptions options;
    kit::config::Binder binder;
    bind(binder, options);
    binder.load("public_url: '" + url + "'", "test", {});
    return options.public_url;
  };
  EXPECT_EQ(load(""), "");
  EXPECT_EQ(load("https://shop.example.com/"), "https://shop.example.com");
  EXPECT_EQ(load("http://localhost:8080/shop//"), "http://localhost:8080/shop");
  for (const char* wrong : {"shop.example.com", "https://", "javascript:alert(1)", "https://x/?a=1",
                            "https://x/#a", "https://x/\" onclick", "ftp://x", "//"})
    EXPECT_THROW(load(wrong), kit::config::Error) << wrong;
}

TEST(EmailOptions, DerivesThePortFromTls) {
  const auto port = [](const char* tls) {
    EmailOptions options;
    options.tls = tls;
    return options.effective_port();
  };
  EXPECT_EQ(port("none"), 25);
  EXPECT_EQ(port("starttls"), 587);
  EXPECT_EQ(port("tls"), 465);
}

}  // namespace
}  // namespace notification
