#include "services/kit/config/server_url.hpp"

#include <gtest/gtest.h>

namespace kit::config {
namespace {

TEST(PasswordComplaint, IsEmptyForUnambiguousUrls) {
  for (const char* good :
       {"", "host=h password=p@/ss", "postgresql://h/d", "postgresql://u@h/d", "postgresql://u:p@h:5432/d",
        "postgresql://u:p%40%2F@h/d?sslmode=require", "postgresql://u:p:q@h/d",
        "postgresql://h:5432/d?user=a@b", "postgresql://u:p@[::1]:5432/d", "postgresql://[::1]/d?user=a@b",
        "postgresql://u:p@h1:1,h2:2/d", "postgresql://u:p@h/d?user=a@b", "amqp://u:p@h:5672/vhost",
        "amqp://h/%2F"})
    EXPECT_EQ(password_complaint(good), "") << good;
}

TEST(PasswordComplaint, NamesCharactersToEscapeWithoutQuoting) {
  for (const char* wrong :
       {"postgresql://u:s@cret@h/d", "postgresql://u:s/cret@h/d", "postgresql://u:s?cret@h/d",
        "postgresql://u:s#cret@h/d", "postgresql://u:12/cret@h/d", "amqp://u:s/cret@h/v",
        "amqp://u:s@cret@h/v", "postgres://u:@cret@h/d"}) {
    const auto complaint = password_complaint(wrong);
    EXPECT_NE(complaint.find("%40"), std::string::npos) << wrong;
    EXPECT_EQ(complaint.find("cret"), std::string::npos) << wrong;
  }
}

}  // namespace
}  // namespace kit::config
