# frozen_string_literal: true

# Bytes of a password file as HTCondor keeps it: nobody reads the password by accident, everybody could on purpose.
Puppet::Functions.create_function(:'htcondor::scrambled') do
  # @param password the password
  # @return [Binary] what to write
  dispatch :scrambled do
    param 'String[1]', :password
    return_type 'Binary'
  end

  def scrambled(password)
    mask = [0xDE, 0xAD, 0xBE, 0xEF].cycle
    bytes = password.bytes.map { |byte| byte ^ mask.next }
    Puppet::Pops::Types::PBinaryType::Binary.new(bytes.pack('C*'))
  end
end
