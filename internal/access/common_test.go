package access

import "testing"

func TestCommonPasswordsAreKnown(t *testing.T) {
	names := []string{"testi.ammattilainen", "Testi Ammattilainen", "vuosaari-ta"}
	for _, one := range []string{
		"salasana1234", "Salasana2023!", "S@lasana2024!!", "salasana salasana", "P@ssw0rd12345", "password1234", "passwordpassword", "LösenordSommar2024",
		"123456789012", "qwertyuiop123", "1qaz2wsx3edc4rfv", "q1w2e3r4t5y6", "asdfghjklöä!", "zxcvbnmasdfghjkl", "abcdefghijklm", "qwerty qwerty", "0987654321098",
		"aaaaaaaaaaaa", "abababababab", "kissakissakissa", "kesä2023kesä2023", "111111222222", "............", "Tervetuloa2024", "iloveyou1234",
		"ammattilainen1", "Testi.Ammattilainen.2024", "vuosaari2024!", "omasuunta2024", "Helsinki-Helsinki", "januari2024januari", "letmeinletmein", "salasana83512",
		"Welcome to Helsinki 2024", "sairaalatyö2023",
	} {
		if !common(one, names...) {
			t.Errorf("%q is taken", one)
		}
	}
	for _, one := range []string{
		"kolme kovaa kiveä", "neljä pehmeää kiveä", "kolme sinistä saapasta", "aivan uusi salasana", "correct horse battery staple",
		"pöllö hyppi aidalla", "xkcd-7Q4m-pq2z", "839201748362", "vihreä traktori 1974", "gr8-fjord-untold", "sju små säckar salt",
		"nopea-ruskea-kettu", "aamuvirkku norsu", "m7vd-qk2p-r8wz-t4hn",
	} {
		if common(one, names...) {
			t.Errorf("%q is refused", one)
		}
	}
}

// A word of the list would be found in no password if it were written otherwise
// than passwords are read.
func TestCommonWordsAreWrittenAsTheyAreRead(t *testing.T) {
	if len(commonWords) < 250 {
		t.Fatalf("%d words", len(commonWords))
	}
	for word := range commonWords {
		if string(bare(folded(word))) != word {
			t.Errorf("%q is read as %q", word, string(bare(folded(word))))
		}
	}
}
